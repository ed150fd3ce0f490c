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
}

/** The counters of one cache, and how many values it keeps now, stale ones included. */
export type CacheStats = Readonly<CacheCounts> & { readonly size: number };
