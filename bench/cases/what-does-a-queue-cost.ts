import { strictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import Bottleneck from 'bottleneck';
import { bulkhead as bulkheadPolicy } from 'cockatiel';
import { Bulkhead } from 'holdfast';
import { Bulkhead as BulkheadModule } from 'mollitia';
import pLimit from 'p-limit';
import { resolve } from '../harness/container.js';
import { waitsForGate } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { tenAtOnceThenInLine } from '../limits/slot-queue.js';
import { mollitia } from '../peers/mollitia.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Bulkhead({ maxConcurrent: 10, maxQueue: 90 })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A hundred calls at once for ten places: the price that each pays, waiting included. */
export const queue: Question = {
  id: 'bulkhead-queue',
  asks: 'What does a bulkhead cost each of a hundred callers, of whom ninety wait?',
  ending: 'hundred',
  subjects: [
    limit(tenAtOnceThenInLine),
    peer('cockatiel', (fn) => {
      const policy = bulkheadPolicy(10, 90);
      return () => policy.execute(fn);
    }),
    peer('p-limit', (fn) => {
      const limited = pLimit(10);
      return () => limited(fn);
    }),
    peer('mollitia', (fn) => mollitia(fn, new BulkheadModule({ concurrentSize: 10, queueSize: 90 }))),
    peer('bottleneck', (fn) => {
      const limiter = new Bottleneck({ maxConcurrent: 10 });
      return () => limiter.schedule(fn);
    }),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = waitsForGate();
    const call = protect(fn);
    const calls = Array.from({ length: 100 }, () => call());
    while (fn.ran() < 10) await sleep(10); // a busy machine takes its time
    await sleep(50);
    strictEqual(fn.ran(), 10, 'ten of a hundred run');
    fn.open();
    strictEqual((await Promise.all(calls)).join(), Array(100).fill(42).join());
    strictEqual(fn.ran(), 100, 'all were answered in the end');
  },
};
