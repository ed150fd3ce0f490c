import { isPlain } from '../core/index.js';
import type { PlacedPolicy } from '../pipeline/index.js';

/** The options that concern a policy at its place, as they were written, with durations in milliseconds. */
export function explainOptions({
  place,
  places,
  options,
  settings,
}: Pick<PlacedPolicy, 'place' | 'places' | 'options' | 'settings'>): Readonly<Record<string, unknown>> {
  const elsewhere = places.filter((other) => other !== place).map(optionOf);
  const concerning = Object.entries(options).filter(([option]) => !elsewhere.includes(option));
  return Object.fromEntries(
    concerning.map(([option, value]) => [option, inMilliseconds(value, fieldOf(settings, option))]),
  );
}

/** The option that a place is named after: `total` for `timeout.total`. */
function optionOf(place: string): string {
  return place.slice(place.indexOf('.') + 1);
}

/** A text that was read as a number is a duration: told as that number, however deep it stands. What was taken as it is, is told as it is. */
function inMilliseconds(given: unknown, read: unknown): unknown {
  if (typeof given === 'string') return typeof read === 'number' ? read : given;
  if (given === read || !isObject(given) || !isObject(read)) return given;
  if (Array.isArray(given)) return given.map((item, index) => inMilliseconds(item, fieldOf(read, index)));
  if (!isPlain(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, inMilliseconds(value, fieldOf(read, key))]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function fieldOf(holder: object, key: string | number): unknown {
  return (holder as Readonly<Record<string | number, unknown>>)[key];
}
