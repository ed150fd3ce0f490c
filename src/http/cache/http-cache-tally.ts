import type { Channel, EventBus, Events } from '../../core/index.js';

/** What a cache has done. */
export interface HttpCacheStats {
  /** Fresh answers given without asking. */
  readonly hits: number;
  /** Stale answers given at once. */
  readonly stale: number;
  /** Stale answers given because there was no new one. */
  readonly staleIfError: number;
  /** Answers given that the server had confirmed by a 304. */
  readonly revalidated: number;
  /** Requests that the server had to answer. */
  readonly misses: number;
  /** Requests that went past the cache. */
  readonly bypassed: number;
  readonly stored: number;
  /** URLs whose answers were dropped because a request changed what they are about. */
  readonly invalidated: number;
  /** Renewals behind the callers. */
  readonly refreshes: number;
  readonly refreshFailures: number;
  readonly storeFailures: number;
  /** How many entries the store has, where it knows: a head for each URL and caller, and the bodies. */
  readonly entries: number | undefined;
  /** How many bytes these take, where the store knows. */
  readonly bytes: number | undefined;
}

/** The counters of it. */
export type HttpCacheCounts = { -readonly [Name in keyof Omit<HttpCacheStats, 'entries' | 'bytes'>]: number };

/** What can go wrong with a store. */
export type StoreTrouble = Pick<Events['cache.storeFailed'], 'operation' | 'error'> & { readonly key?: string };

/** Counts what a cache does, and tells it as other caches do. */
export class HttpCacheTally {
  readonly counts: HttpCacheCounts = {
    hits: 0,
    stale: 0,
    staleIfError: 0,
    revalidated: 0,
    misses: 0,
    bypassed: 0,
    stored: 0,
    invalidated: 0,
    refreshes: 0,
    refreshFailures: 0,
    storeFailures: 0,
  };
  readonly #client: string;
  readonly #events: () => EventBus;
  #channels: Channels | undefined;

  /** `events` is asked for when something is told first: until then there may be no runtime. */
  constructor(client: string, events: () => EventBus) {
    this.#client = client;
    this.#events = events;
  }

  /** `age` in seconds, as HTTP has it. */
  hit(key: string, age: number): void {
    this.counts.hits++;
    this.#tell('hit', key, { age: age * 1000 });
  }

  stale(key: string, age: number): void {
    this.counts.stale++;
    this.#tell('servedStale', key, { age: age * 1000 });
  }

  staleIfError(key: string, age: number, error: unknown): void {
    this.counts.staleIfError++;
    this.#tell('servedStale', key, { age: age * 1000, error });
  }

  revalidated(key: string): void {
    this.counts.revalidated++;
    this.#tell('missed', key, {});
  }

  missed(key: string): void {
    this.counts.misses++;
    this.#tell('missed', key, {});
  }

  stored(key: string): void {
    this.counts.stored++;
    this.#tell('stored', key, {});
  }

  refreshFailed(key: string, error: unknown): void {
    this.counts.refreshFailures++;
    this.#tell('refreshFailed', key, { error });
  }

  storeFailed(store: string, trouble: StoreTrouble): void {
    this.counts.storeFailures++;
    const channel = this.#heard('storeFailed');
    channel?.emit({ site: this.#client, cache: this.#client, store, ...trouble });
  }

  #tell<Name extends Told>(
    name: Name,
    key: string,
    facts: Omit<Events[`cache.${Name}`], 'site' | 'cache' | 'key'>,
  ): void {
    this.#heard(name)?.emit({ site: this.#client, cache: this.#client, key, ...facts } as Events[`cache.${Name}`]);
  }

  #heard<Name extends keyof Channels>(name: Name): Channels[Name] | undefined {
    this.#channels ??= channelsOf(this.#events());
    const channel = this.#channels[name];
    return channel.heard ? channel : undefined;
  }
}

type Told = 'hit' | 'servedStale' | 'missed' | 'stored' | 'refreshFailed';

type Channels = { readonly [Name in Told | 'storeFailed']: Channel<Events[`cache.${Name}`]> };

function channelsOf(events: EventBus): Channels {
  return {
    hit: events.channel('cache.hit'),
    servedStale: events.channel('cache.servedStale'),
    missed: events.channel('cache.missed'),
    stored: events.channel('cache.stored'),
    refreshFailed: events.channel('cache.refreshFailed'),
    storeFailed: events.channel('cache.storeFailed'),
  };
}
