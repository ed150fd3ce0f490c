import { InvalidOptionsError } from '../../core/index.js';

/** How many slots a call takes: a number, or a function of its arguments (`this` is the instance). */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
export type Weight = number | ((...args: any[]) => number);

/** What holds for the option, as the end of a sentence. */
export const weightRule =
  'must be a whole number of at least 1, or a function that returns how many slots a call takes';

/** What holds for the result of a function. */
export const returnedWeightRule = 'must return a whole number of at least 1';

/** Tells whether the option can be read at all; what a function returns is known only once it is called. */
export function isWeight(weight: unknown): boolean {
  return typeof weight === 'function' || isCount(weight);
}

/** Checks how many slots somebody asks for. */
export function checkWeight(
  weight: unknown,
  asker: string,
  rule = 'must be a whole number of at least 1',
  site?: string,
): number {
  if (isCount(weight)) return weight;
  throw new InvalidOptionsError({ decorator: asker, option: 'weight', rule, value: weight, site });
}

function isCount(weight: unknown): weight is number {
  return Number.isSafeInteger(weight) && (weight as number) >= 1;
}
