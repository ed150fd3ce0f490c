import type { Call, Channel, EventBus, Events, Key } from '../../core/index.js';
import { isRejected, wholeKey } from '../../core/index.js';
import type {} from './cache-events.js';
import type { CacheCounts } from './cache-stats.js';

/** Counts what a cache does, and tells it. */
export class CacheTally {
  readonly counts: CacheCounts;
  readonly #cache: string;
  readonly #hit: Channel<Events['cache.hit']>;
  readonly #missed: Channel<Events['cache.missed']>;
  readonly #servedStale: Channel<Events['cache.servedStale']>;
  readonly #stored: Channel<Events['cache.stored']>;
  readonly #evicted: Channel<Events['cache.evicted']>;
  readonly #refreshFailed: Channel<Events['cache.refreshFailed']>;
  readonly #storeFailed: Channel<Events['cache.storeFailed']>;

  constructor(cache: string, events: EventBus) {
    this.#cache = cache;
    this.counts = { ...nothing };
    this.#hit = events.channel('cache.hit');
    this.#missed = events.channel('cache.missed');
    this.#servedStale = events.channel('cache.servedStale');
    this.#stored = events.channel('cache.stored');
    this.#evicted = events.channel('cache.evicted');
    this.#refreshFailed = events.channel('cache.refreshFailed');
    this.#storeFailed = events.channel('cache.storeFailed');
  }

  hit(call: Call, key: Key, age: number): void {
    this.counts.hits++;
    if (call.report !== undefined) call.report.from = 'cache';
    if (this.#hit.heard) this.#hit.emit({ ...this.#fact(call.site, key), age });
  }

  failedAgain(call: Call, key: Key, age: number, error: unknown): void {
    this.counts.negative++;
    if (call.report !== undefined) call.report.from = 'cache';
    if (this.#hit.heard) this.#hit.emit({ ...this.#fact(call.site, key), age, error });
  }

  missed(call: Call, key: Key): void {
    this.counts.misses++;
    if (this.#missed.heard) this.#missed.emit(this.#fact(call.site, key));
  }

  servedStale(call: Call, key: Key, age: number): void {
    this.counts.stale++;
    if (call.report !== undefined) call.report.from = 'stale';
    if (this.#servedStale.heard) this.#servedStale.emit({ ...this.#fact(call.site, key), age });
  }

  servedStaleIfError(call: Call, key: Key, age: number, error: unknown): void {
    this.counts.staleIfError++;
    if (call.report !== undefined) call.report.from = 'stale';
    if (this.#servedStale.heard) this.#servedStale.emit({ ...this.#fact(call.site, key), age, error });
  }

  coalesced(call: Call): void {
    this.counts.coalesced++;
    if (call.report !== undefined) call.report.from = 'dedup';
  }

  stored(site: string, key: Key): void {
    this.counts.stored++;
    if (this.#stored.heard) this.#stored.emit(this.#fact(site, key));
  }

  evicted(site: string, key: Key): void {
    this.counts.evictions++;
    if (this.#evicted.heard) this.#evicted.emit(this.#fact(site, key));
  }

  refreshFailed(site: string, key: Key, error: unknown): void {
    this.counts.refreshFailures++;
    if (this.#refreshFailed.heard) this.#refreshFailed.emit({ ...this.#fact(site, key), error });
  }

  storeFailed(trouble: StoreTrouble): void {
    this.counts.storeFailures++;
    const { site = this.#cache, key, ...facts } = trouble;
    if (!this.#storeFailed.heard || isRejected(trouble.error)) return; // what a circuit refuses, it tells itself
    this.#storeFailed.emit({ site, cache: this.#cache, ...facts, ...(key !== undefined && { key: wholeKey(key) }) });
  }

  #fact(site: string, key: Key): Events['cache.missed'] {
    return { site, cache: this.#cache, key: wholeKey(key) };
  }
}

/** What went wrong with the store, and for whom. */
export interface StoreTrouble extends Pick<Events['cache.storeFailed'], 'operation' | 'store' | 'error'> {
  readonly site?: string | undefined;
  readonly key?: Key | undefined;
}

const nothing: CacheCounts = {
  hits: 0,
  stale: 0,
  staleIfError: 0,
  misses: 0,
  bypassed: 0,
  coalesced: 0,
  loads: 0,
  refreshes: 0,
  refreshFailures: 0,
  stored: 0,
  evictions: 0,
  negative: 0,
  storeFailures: 0,
};
