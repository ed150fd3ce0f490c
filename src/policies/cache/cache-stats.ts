/** What a cache counts. */
export interface CacheCounts {
  /** Calls answered with a fresh value. */
  hits: number;
  /** Calls answered with a stale value at once. */
  stale: number;
  /** Calls answered with a stale value because loading failed. */
  staleIfError: number;
  /** Calls for which there was nothing to give. */
  misses: number;
  /** Calls without a key. */
  bypassed: number;
  /** Calls that waited for the load of another. */
  coalesced: number;
  /** Loads that calls waited for. */
  loads: number;
  /** Loads behind a stale value. */
  refreshes: number;
  refreshFailures: number;
  stored: number;
  /** Values that gave way to others. */
  evictions: number;
  /** Calls answered with an error that was kept. */
  negative: number;
  /** Operations of the store that went wrong, and values that could not be kept. */
  storeFailures: number;
}

/** The counters of one cache, and what it keeps now, stale values included; undefined where its store does not know. */
export type CacheStats = Readonly<CacheCounts> & {
  /** How many values; of all caches of a store where it is in one. */
  readonly size: number | undefined;
  /** How many bytes these take: undefined also in memory without a bound in bytes. */
  readonly bytes: number | undefined;
};
