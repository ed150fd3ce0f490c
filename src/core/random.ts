import { InvalidOptionsError } from './invalid-options.js';

/** Where chance comes from, so that a test can fix it. */
export interface Random {
  /** A number at least 0 and below 1. */
  next(): number;
}

/** The chance of the JavaScript engine. */
export const systemRandom: Random = { next: () => Math.random() };

/**
 * The same sequence for the same seed, a whole number of which the lower 32 bits count (mulberry32, public domain, by Tommy Ettinger). Throws
 * InvalidOptionsError for what is no whole number: all of these would be one seed.
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed))
    throw new InvalidOptionsError(
      { decorator: 'seededRandom()', option: 'seed', rule: 'must be a whole number', value: seed },
      seededRandom,
    );
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next };
}
