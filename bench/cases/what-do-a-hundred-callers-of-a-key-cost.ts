import { strictEqual } from 'node:assert';
import { idsInTurn } from '../harness/ids.js';
import { answers, provesToMerge } from '../harness/proof.js';
import { limit, type Question } from '../harness/question.js';
import { promisesInAnLru } from '../limits/cache.js';
import { caches } from '../peers/caches.js';

/** A hundred calls at once for one value that is not there: it is loaded once, and kept. */
export const cacheHundred: Question = {
  id: 'cache-hundred',
  asks: 'What does a cache cost each of a hundred callers of a key that is missing?',
  ending: 'hundred',
  measured: 100,
  proved: 10,
  subjects: [limit((fn, inARow) => promisesInAnLru(fn, idsInTurn(inARow))), ...caches(idsInTurn, 1000)],
  async prove(protect) {
    await provesToMerge(protect);
    const fn = answers();
    const call = protect(fn);
    for (let asked = 0; asked < 10; asked++) strictEqual(await call(), 42);
    strictEqual(fn.ran(), 1, 'what was loaded is kept');
  },
};
