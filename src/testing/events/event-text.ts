import { isPlain, show } from '../../core/index.js';
import { isError } from '../any-realm.js';
import { type Difference, differences } from './event-difference.js';
import { isAsymmetric } from './event-fit.js';
import type { SoughtEvent } from './event-pattern.js';
import type { EventRecord, RecordedEvent } from './event-record.js';

/** How many lines of a record a message shows. */
const mostLines = 20;
/** How many near misses it shows. */
const mostMisses = 3;
const longest = 200;

/** Shows a value in one line; an error by its name and message, without its stack. */
export function tell(value: unknown, depth = 3): string {
  const text = tellWhole(value, depth).replaceAll(/\s*\n\s*/g, ' ');
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}

function tellWhole(value: unknown, depth: number): string {
  if (isError(value)) return tellError(value);
  if (isAsymmetric(value)) return tellMatcher(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return show(value);
  if (Array.isArray(value)) return `[${value.map((item) => tellWhole(item, depth - 1)).join(', ')}]`;
  if (!isPlain(value)) return show(value);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${tellWhole(field, depth - 1)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** Shows an error by its message and its name: that of its class, where it has none of its own. */
export function tellError(error: Error): string {
  return `[${error.name === 'Error' ? error.constructor.name : error.name}: ${error.message}]`;
}

/** Shows a matcher by its name, and by what it was given where it does not say that itself. */
function tellMatcher(matcher: { toAsymmetricMatcher?(): string; toString(): string; sample?: unknown }): string {
  const name = matcher.toAsymmetricMatcher?.() ?? String(matcher);
  if (matcher.toAsymmetricMatcher !== undefined || matcher.sample === undefined) return name;
  return `${name} ${tell(matcher.sample)}`;
}

/** An event that is looked for, in words. */
export function tellSought({ name, pattern }: SoughtEvent): string {
  return pattern === undefined ? `'${name}'` : `'${name}' with ${tell(pattern)}`;
}

/** An event at its place in the record. */
export function tellRecorded({ name, event }: RecordedEvent, place: number): string {
  return `#${place} ${name} ${tell(event)}`;
}

/** Where a value differs, one line for each place. */
function tellDifferences(found: readonly Difference[]): string {
  return found
    .map(({ path, expected, actual }) => `${path || 'the event'}: expected ${tell(expected)}, got ${tell(actual)}`)
    .join('; ');
}

/** The events that come nearest to what was looked for, each with what keeps it from being that; undefined where none has the name. */
export function tellNearMisses(record: EventRecord, { name, pattern }: SoughtEvent, from = 0): string | undefined {
  if (pattern === undefined) return undefined;
  const misses = record.all.flatMap(({ name: told, event }, index) => {
    const found = told === name && index >= from ? differences(event, pattern) : [];
    return found.length === 0 ? [] : [{ found, place: record.dropped + index + 1 }];
  });
  if (misses.length === 0) return undefined;
  const nearest = misses.toSorted((one, other) => one.found.length - other.found.length).slice(0, mostMisses);
  const lines = nearest.map(({ found, place }) => `  #${place} ${name}: ${tellDifferences(found)}`);
  const others = misses.length > mostMisses ? [`  and ${misses.length - mostMisses} more`] : [];
  return ['emitted, but different:', ...lines, ...others].join('\n');
}

/** The first of many lines, and how many more there are. */
export function tellFirst(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostLines;
  return more > 0 ? [...lines.slice(0, mostLines), `  and ${more} more`] : lines;
}

/** What was recorded, the latest events last. */
export function tellRecord({ all, dropped, recording }: EventRecord): string {
  const stopped = recording ? '' : ' (recording was stopped)';
  const lost = dropped === 0 ? '' : `; ${dropped} before them were dropped`;
  if (all.length === 0) return `no event was recorded${stopped}${lost}`;
  const skipped = Math.max(0, all.length - mostLines);
  const lines = all
    .slice(skipped)
    .map((recorded, index) => `  ${tellRecorded(recorded, dropped + skipped + index + 1)}`);
  const earlier = skipped === 0 ? [] : [`  (${skipped} earlier)`];
  return [`recorded${stopped}${lost}:`, ...earlier, ...lines].join('\n');
}
