import { strictEqual } from 'node:assert';
import { Cached, type CachedOptions } from 'holdfast';
import { memoryStore } from 'holdfast/stores';
import { Cache, Circuit } from 'mollitia';
import { resolve } from '../harness/container.js';
import { answers } from '../harness/proof.js';
import { type Call, limit, peer, type Question, type Subject } from '../harness/question.js';
import { freshForAnHour } from '../limits/cache.js';
import { caches } from '../peers/caches.js';

function upstreamWith(options: CachedOptions) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Cached({ ttl: '1h', key: (id: string) => id, ...options })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** The same with more asked of it: nobody else should pay for that. */
function variant(name: string, options: () => CachedOptions): Subject {
  return {
    name: `holdfast, ${name}`,
    role: 'ours',
    protect: (fn) => {
      const upstream = resolve(upstreamWith(options()), fn);
      return () => upstream.find('a');
    },
  };
}

/** A value that is there, fresh, and found by a string key. */
export const cacheHit: Question = {
  id: 'cache-hit',
  asks: 'What does a cache hit cost?',
  subjects: [
    limit(freshForAnHour),
    peer('mollitia', (fn) => {
      const modules = [new Cache({ ttl: 3_600_000, cacheClearInterval: 0 })];
      const circuit = new Circuit({ func: fn, options: { modules } });
      return () => circuit.execute('a');
    }),
    ...caches(() => () => 'a', 1000),
    variant('tagged', () => ({ tags: ['all', 'some'] })),
    variant('each with a copy', () => ({ clone: 'structured' })),
    variant('in a store in memory', () => ({ store: memoryStore() })),
  ],
  async prove(protect) {
    const fn = answers();
    const call = protect(fn);
    strictEqual((await call()) + (await call()) + (await call()), 126);
    strictEqual(fn.ran(), 1, 'the value was computed once');
  },
};
