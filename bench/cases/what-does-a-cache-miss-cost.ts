import { strictEqual } from 'node:assert';
import { idsInTurn, numberOfIds } from '../harness/ids.js';
import { answers } from '../harness/proof.js';
import { limit, type Question } from '../harness/question.js';
import { promisesInAnLru } from '../limits/cache.js';
import { caches } from '../peers/caches.js';

/** A value that is not there: the cache is full, and another has to give way. The load itself takes no time. */
export const cacheMiss: Question = {
  id: 'cache-miss',
  asks: 'What does a cache miss cost, load included?',
  measured: 1,
  proved: 2,
  subjects: [limit((fn, inARow) => promisesInAnLru(fn, idsInTurn(inARow))), ...caches(idsInTurn, 1000)],
  async prove(protect) {
    const fn = answers();
    const call = protect(fn);
    for (let asked = 0; asked < 2 * numberOfIds; asked++) strictEqual(await call(), 42);
    strictEqual(fn.ran(), numberOfIds, 'each value was loaded once, and found the second time');
    await call();
    strictEqual(fn.ran(), numberOfIds + 1, 'it had given way to others when it was asked for again');
  },
};
