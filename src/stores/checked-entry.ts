import { markPermanent } from '../core/index.js';
import type { CacheEntry } from '../policies/cache/index.js';

/** What a store gave, if that is an entry or nothing; a store that shows something else is in trouble, which asking again does not help. */
export function checkedEntry(found: unknown, store: 'fast' | 'slow'): CacheEntry | undefined {
  if (found === undefined || found === null) return undefined;
  if (isEntry(found)) return found;
  throw markPermanent(new TypeError(`the ${store} store gave something that is no entry`));
}

/** Fields may be getters of a class. */
function isEntry(found: unknown): found is CacheEntry {
  if (typeof found !== 'object' || found === null || !('value' in found)) return false;
  const { createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime = 0 } = found as CacheEntry;
  return (
    isTime(createdAt) &&
    isTime(freshUntil) &&
    isTime(staleUntil) &&
    isTime(errorUntil) &&
    isTime(loadTime) &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string') &&
    typeof version === 'string'
  );
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}
