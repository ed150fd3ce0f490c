import type { CacheEntry } from '../../../src/policies/cache/index.js';

/** An entry that lasts an hour from a time on. */
export function entryOf(value: unknown, own: Partial<CacheEntry> = {}, now = Date.UTC(2026, 0, 1)): CacheEntry {
  const until = now + 3_600_000;
  return {
    value,
    createdAt: now,
    freshUntil: until,
    staleUntil: until,
    errorUntil: until,
    tags: [],
    version: '',
    ...own,
  };
}
