import { type CacheEntry, lastUntil } from '../policies/cache/index.js';
import type { PlacedEntry } from './placed-entry.js';

/** Tells whether the fast store may answer without the slow one: with a fresh entry, which it has not had for longer than `fastFor`. */
export function isAnswer({ entry, placedAt }: PlacedEntry, fastFor: number, now: number): boolean {
  const isFresh = entry.createdAt <= now && now < entry.freshUntil;
  return isFresh && (fastFor === Number.POSITIVE_INFINITY || (placedAt <= now && now < placedAt + fastFor));
}

/** Tells whether any time of an entry is ahead. */
export function isOfUse(entry: CacheEntry, now: number): boolean {
  return now < lastUntil(entry);
}
