import type { StoreOperation } from './chaos-store-options.js';

/** How often a store was asked for something, and how often it did what to that. */
export type ChaosCounts = Record<StoreOperation | 'failed' | 'delayed' | 'hung' | 'lied', number>;

/** The counts of a store that nobody has asked yet. */
export function noCounts(): ChaosCounts {
  const asked = { get: 0, set: 0, delete: 0, deleteByTag: 0, clear: 0, close: 0 };
  return { ...asked, failed: 0, delayed: 0, hung: 0, lied: 0 };
}
