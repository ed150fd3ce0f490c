import { TTLCache } from '@isaacs/ttlcache';
import { createCache } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createManager } from 'cache-manager';
import { Cacheable, createKeyv } from 'cacheable';
import { Cached } from 'holdfast';
import { LRUCache } from 'lru-cache';
import pMemoize from 'p-memoize';
import { resolve } from '../harness/container.js';
import { type Call, holdfast, peer, type Subject } from '../harness/question.js';

const hour = 3_600_000;

/** Makes what tells a subject the id to ask for next: each subject has one of its own. */
export type Ids = (setting: number) => () => string;

function upstreamWith(max: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Cached({ ttl: '1h', key: (id: string) => id, max })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** Caches of functions that load a value once for all who ask at the same time, and keep it for an hour, up to `max` of them. */
export function caches(idsFor: Ids, max: number): readonly Subject[] {
  return [
    // One clock read per millisecond is its default already.
    peer('lru-cache.fetch', (fn, setting) => {
      const cache = new LRUCache<string, number>({ max, ttl: hour, fetchMethod: fn });
      const nextId = idsFor(setting);
      return () => cache.fetch(nextId()) as Promise<number>;
    }),
    // It keeps everything for ever: an LRU gives it a bound and an age, for a tenth of what it takes.
    peer('p-memoize', (fn, setting) => {
      const find = pMemoize((_id: string) => fn(), { cache: new LRUCache<string, number>({ max, ttl: hour }) });
      const nextId = idsFor(setting);
      return () => find(nextId());
    }),
    peer('async-cache-dedupe', (fn, setting) => {
      const storage = { type: 'memory', options: { size: max } } as const;
      const cache = createCache({ ttl: 3_600, storage }).define('find', (_id: string) => fn());
      const nextId = idsFor(setting);
      return () => cache.find(nextId());
    }),
    peer('cache-manager', (fn, setting) => {
      const cache = createManager({ stores: [boundedKeyv(max)], ttl: hour });
      const nextId = idsFor(setting);
      return () => cache.wrap(nextId(), fn);
    }),
    // `wrap` takes twice as long as `getOrSet`. Counting is off as it comes.
    peer('cacheable', (fn, setting) => {
      const cache = new Cacheable({ primary: boundedKeyv(max), ttl: hour });
      const nextId = idsFor(setting);
      return () => cache.getOrSet(nextId(), fn) as Promise<number>;
    }),
    peer('bentocache', (fn, setting) => {
      const memory = bentostore().useL1Layer(memoryDriver({ maxItems: max, serialize: false }));
      const cache = new BentoCache({ default: 'memory', stores: { memory }, ttl: hour }).use('memory');
      const nextId = idsFor(setting);
      return () => cache.getOrSet({ key: nextId(), factory: fn });
    }),
    holdfast((fn, setting) => {
      const upstream = resolve(upstreamWith(max), fn);
      const nextId = idsFor(setting);
      return () => upstream.find(nextId());
    }),
  ];
}

/** What keeps values and does nothing else: nobody waits for the load of another. */
export function bareCaches(idsFor: Ids, max: number): readonly Subject[] {
  return [
    peer('lru-cache', (fn, setting) => {
      const cache = new LRUCache<string, number>({ max, ttl: hour });
      const nextId = idsFor(setting);
      return async () => {
        const id = nextId();
        const found = cache.get(id);
        if (found !== undefined) return found;
        const value = await fn();
        cache.set(id, value);
        return value;
      };
    }),
    peer('ttlcache', (fn, setting) => {
      const cache = new TTLCache<string, number>({ max, ttl: hour });
      const nextId = idsFor(setting);
      return async () => {
        const id = nextId();
        const found = cache.get(id);
        if (found !== undefined) return found;
        const value = await fn();
        cache.set(id, value);
        return value;
      };
    }),
  ];
}

/** The memory of two of them, with a bound: neither copies nor clones, and one map, as their documentation advises where there is a bound. */
export function boundedKeyv(max: number): ReturnType<typeof createKeyv> {
  return createKeyv({ lruSize: max, useClone: false, storeHashSize: 1 });
}
