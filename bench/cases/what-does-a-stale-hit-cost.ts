import { strictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createManager } from 'cache-manager';
import { Cached } from 'holdfast';
import { LRUCache } from 'lru-cache';
import { resolve } from '../harness/container.js';
import { answersOnce } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { staleWhileRenewed } from '../limits/cache.js';
import { boundedKeyv } from '../peers/caches.js';

const hour = 3_600_000;

class Upstream {
  constructor(readonly fn: Call) {}

  @Cached({ ttl: '10ms', staleFor: '1h', refreshTimeout: '1h', key: (id: string) => id })
  find(_id: string): Promise<number> {
    return this.fn();
  }
}

/** A value past its time, given at once while its one refresh is still on its way. */
export const staleHit: Question = {
  id: 'stale-hit',
  asks: 'What does a stale hit cost?',
  makes: answersOnce,
  subjects: [
    limit(staleWhileRenewed),
    peer('lru-cache.fetch', (fn) => {
      const cache = new LRUCache<string, number>({ max: 1000, ttl: 10, allowStale: true, fetchMethod: fn });
      return () => cache.fetch('a') as Promise<number>;
    }),
    // Its shortest time to live is a second.
    peer('async-cache-dedupe', (fn) => {
      const cache = createCache({ ttl: 1, stale: 3600, storage: { type: 'memory' } }).define('find', (_id: string) =>
        fn(),
      );
      return () => cache.find('a');
    }),
    // Each call that finds the value stale joins the refresh, though it does not wait for it.
    peer('cache-manager', (fn) => {
      const cache = createManager({ stores: [boundedKeyv(1000)], ttl: hour + 10, refreshThreshold: hour });
      return () => cache.wrap('a', fn);
    }),
    // A timeout of 0 says that nobody waits for a refresh. Who comes while one is under way still waits for its lock, with a timer.
    peer('bentocache', (fn) => {
      const memory = bentostore().useL1Layer(memoryDriver({ maxItems: 1000, serialize: false }));
      const lasting = { ttl: 10, grace: hour, timeout: 0 };
      const cache = new BentoCache({ default: 'memory', stores: { memory }, ...lasting }).use('memory');
      return () => cache.getOrSet({ key: 'a', factory: fn });
    }),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.find('a');
    }),
  ],
  async prepare(call) {
    await call();
    await sleep(1_100);
  },
  async prove(protect) {
    const fn = answersOnce();
    const call = protect(fn);
    await call();
    await sleep(1_100);
    strictEqual((await call()) + (await call()) + (await call()), 126, 'three stale answers');
    strictEqual(fn.ran(), 2, 'and one refresh for the three');
  },
};
