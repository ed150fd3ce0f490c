import { markPermanent } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';

/** By how many milliseconds the clocks of those who share a store may differ. */
export const skew = 10_000;

/**
 * Checks what a store gave: an entry, and of this version, else undefined. The wall clock may have been set back since an entry was made, and
 * nobody knows then how old it is: it counts as older than all that was invalidated, and is given only when loading failed. Throws for what is no entry.
 */
export function soundEntry(found: unknown, version: string, now: number): CacheEntry | undefined {
  if (!isEntry(found)) throw markPermanent(new TypeError('the store gave something that is no entry'));
  if (found.version !== version) return undefined;
  return found.createdAt > now + skew ? { ...found, createdAt: 0, freshUntil: 0, staleUntil: 0 } : found;
}

function isEntry(found: unknown): found is CacheEntry {
  if (typeof found !== 'object' || found === null || !('value' in found)) return false;
  const { createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime } = found as Record<string, unknown>;
  return (
    isTime(createdAt) &&
    isTime(freshUntil) &&
    isTime(staleUntil) &&
    isTime(errorUntil) &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string') &&
    typeof version === 'string' &&
    (loadTime === undefined || isTime(loadTime))
  );
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}
