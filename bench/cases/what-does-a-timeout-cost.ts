import { rejects, strictEqual } from 'node:assert';
import { TimeoutStrategy, timeout as timeoutPolicy } from 'cockatiel';
import { Timeout } from 'holdfast';
import { Timeout as TimeoutModule } from 'mollitia';
import pTimeout from 'p-timeout';
import { resolve } from '../harness/container.js';
import { neverAnswers } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { sharedTimer, timerPerCall } from '../limits/timeout.js';
import { mollitia } from '../peers/mollitia.js';
import { opossum } from '../peers/opossum.js';

function upstreamWith(after: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Timeout(after)
    answer(): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** A call that is done long before its thirty seconds are over. */
export const timeout: Question = {
  id: 'timeout',
  asks: 'What does a timeout cost?',
  measured: 30_000,
  company: 30_000,
  proved: 20,
  subjects: [
    limit(sharedTimer),
    limit(timerPerCall, 'limit, a timer per call'),
    // Aggressive, because the cooperative strategy leaves a function that ignores its signal running; no abort on success.
    peer('cockatiel', (fn, after) => {
      const policy = timeoutPolicy(after, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
      return () => policy.execute(fn);
    }),
    // The circuit comes with it: opossum cannot be had without one.
    peer('opossum', (fn, after) => opossum(fn, { timeout: after })),
    peer('mollitia', (fn, after) => mollitia(fn, new TimeoutModule({ delay: after }))),
    peer('p-timeout', (fn, after) => {
      const options = { milliseconds: after };
      return () => pTimeout(fn(), options);
    }),
    holdfast((fn, after) => {
      const upstream = resolve(upstreamWith(after), fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = neverAnswers();
    const started = performance.now();
    await rejects(protect(fn)(), 'the call times out');
    const waited = performance.now() - started;
    strictEqual(waited > 15 && waited < 5_000, true, `timed out after ${waited} ms instead of 20`);
    strictEqual(fn.ran(), 1);
  },
};
