import { strictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkhead as bulkheadPolicy } from 'cockatiel';
import { Bulkhead } from 'holdfast';
import { Bulkhead as BulkheadModule } from 'mollitia';
import pLimit from 'p-limit';
import { resolve } from '../harness/container.js';
import { waitsForGate } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { tenAtOnce } from '../limits/bulkhead.js';
import { mollitia } from '../peers/mollitia.js';
import { opossum } from '../peers/opossum.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Bulkhead({ maxConcurrent: 10 })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** Ten calls at once and no queue; the measured call finds all places free. */
export const bulkhead: Question = {
  id: 'bulkhead',
  asks: 'What does a bulkhead cost?',
  subjects: [
    limit(tenAtOnce),
    peer('cockatiel', (fn) => {
      const policy = bulkheadPolicy(10);
      return () => policy.execute(fn);
    }),
    peer('opossum', (fn) => opossum(fn, { capacity: 10 })),
    // p-limit has a queue without a bound; it cannot refuse.
    peer('p-limit', (fn) => {
      const limited = pLimit(10);
      return () => limited(fn);
    }),
    peer('mollitia', (fn) => mollitia(fn, new BulkheadModule({ concurrentSize: 10, queueSize: 0 }))),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = waitsForGate();
    const call = protect(fn);
    const calls = Array.from({ length: 11 }, () => call());
    const settled = Promise.allSettled(calls);
    await sleep(1);
    strictEqual(fn.ran(), 10, 'ten of eleven calls run');
    fn.open();
    const answered = (await settled).filter((outcome) => outcome.status === 'fulfilled');
    strictEqual(answered.length >= 10, true, 'those that ran were answered');
    strictEqual(await call(), 42, 'the places are free again');
  },
};
