import { that } from '../../core/index.js';

/** One of a few numbers. */
export function oneOfNumbers<const Choice extends number>(...numbers: readonly Choice[]) {
  const last = numbers.at(-1);
  const rule = `must be ${numbers.slice(0, -1).join(', ')} or ${last}`;
  return that<Choice>((value) => numbers.some((number) => number === value), rule);
}
