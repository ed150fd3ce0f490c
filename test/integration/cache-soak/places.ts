import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { memoryStore } from '../../../src/stores/index.js';

/** The most values that are kept. */
export const max = 10_000;

/** The most bytes, where these are bounded. */
export const maxBytes = 100_000;

/** Where a cache that is soaked may keep its values. */
export const places = {
  'in memory': (): CachedOptions => ({ max }),
  'in a memory store': (): CachedOptions => ({ store: memoryStore({ max }) }),
  'within a bound of bytes': (): CachedOptions => ({ max, maxBytes }),
};

export type Place = keyof typeof places;
