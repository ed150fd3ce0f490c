import type { CacheEntry } from '../policies/cache/index.js';

/** An entry of the fast store, and when it was put there. */
export interface PlacedEntry {
  readonly entry: CacheEntry;
  /** In milliseconds since 1970; NaN where it does not say. */
  readonly placedAt: number;
}

const mark = 'placed:';

/** The same entry for the fast store: its `version`, which every store gives back as it is, also says when it was put there. */
export function placed(entry: CacheEntry, at: number): CacheEntry {
  return withVersion(entry, `${mark}${at}:${entry.version}`);
}

/** Takes apart what `placed` joined. */
export function readPlaced(entry: CacheEntry): PlacedEntry {
  const { version } = entry;
  if (!version.startsWith(mark)) return { entry, placedAt: Number.NaN };
  const end = version.indexOf(':', mark.length);
  return { entry: withVersion(entry, version.slice(end + 1)), placedAt: Number(version.slice(mark.length, end)) };
}

/** Copies field by field: an entry may be an instance whose fields are getters of its class. */
function withVersion(entry: CacheEntry, version: string): CacheEntry {
  const { value, createdAt, freshUntil, staleUntil, errorUntil, tags, loadTime } = entry;
  const copy = { value, createdAt, freshUntil, staleUntil, errorUntil, tags, version };
  return loadTime === undefined ? copy : { ...copy, loadTime };
}
