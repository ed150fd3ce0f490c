import { strictEqual } from 'node:assert';
import { createCache } from 'async-cache-dedupe';
import { Cached } from 'holdfast';
import { LRUCache } from 'lru-cache';
import { Cache, Circuit } from 'mollitia';
import pMemoize from 'p-memoize';
import { resolve } from '../harness/container.js';
import { answers } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { freshForAnHour } from '../limits/cache.js';

const hour = 3_600_000;

class Upstream {
  constructor(readonly fn: Call) {}

  @Cached({ ttl: '1h', key: (id: string) => id })
  find(_id: string): Promise<number> {
    return this.fn();
  }
}

/** A value that is there, fresh, and found by a string key. */
export const cacheHit: Question = {
  id: 'cache-hit',
  asks: 'What does a cache hit cost?',
  subjects: [
    limit(freshForAnHour),
    // One clock read per millisecond is its default already.
    peer('lru-cache.fetch', (fn) => {
      const cache = new LRUCache<string, number>({ max: 1000, ttl: hour, fetchMethod: fn });
      return () => cache.fetch('a') as Promise<number>;
    }),
    // Without a maximum age, which makes it cheaper: p-memoize has none of its own.
    peer('p-memoize', (fn) => {
      const find = pMemoize((_id: string) => fn());
      return () => find('a');
    }),
    peer('async-cache-dedupe', (fn) => {
      const cache = createCache({ ttl: 3600, storage: { type: 'memory' } }).define('find', (_id: string) => fn());
      return () => cache.find('a');
    }),
    peer('mollitia', (fn) => {
      const circuit = new Circuit({
        func: fn,
        options: { modules: [new Cache({ ttl: hour, cacheClearInterval: 0 })] },
      });
      return () => circuit.execute('a');
    }),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.find('a');
    }),
  ],
  async prove(protect) {
    const fn = answers();
    const call = protect(fn);
    strictEqual((await call()) + (await call()) + (await call()), 126);
    strictEqual(fn.ran(), 1, 'the value was computed once');
  },
};
