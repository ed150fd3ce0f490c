import { strictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bulkhead } from 'holdfast';
import { resolve } from '../harness/container.js';
import { waitsForGate } from '../harness/proof.js';
import { type Call, holdfast, limit, type Question } from '../harness/question.js';
import { tenAtOnce } from '../limits/bulkhead.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Bulkhead({ adaptive: { algorithm: 'gradient2', initialLimit: 10 } })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A bulkhead that times its calls to find its limit; by hand, one whose limit is known. No peer has one. */
export const adaptiveBulkhead: Question = {
  id: 'adaptive-bulkhead',
  asks: 'What does a bulkhead cost that finds its limit by itself?',
  subjects: [
    limit(tenAtOnce, 'limit, not adaptive'),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = waitsForGate();
    const call = protect(fn);
    const settled = Promise.allSettled(Array.from({ length: 11 }, () => call()));
    await sleep(1);
    strictEqual(fn.ran(), 10, 'ten of eleven calls run');
    fn.open();
    await settled;
    strictEqual(await call(), 42, 'the places are free again');
  },
};
