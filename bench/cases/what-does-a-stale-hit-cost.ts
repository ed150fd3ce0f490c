import { strictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache } from 'async-cache-dedupe';
import { Cached } from 'holdfast';
import { LRUCache } from 'lru-cache';
import { resolve } from '../harness/container.js';
import { answersOnce } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { staleWhileRenewed } from '../limits/cache.js';

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
