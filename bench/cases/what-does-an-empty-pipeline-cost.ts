import { rejects, strictEqual } from 'node:assert';
import { noop } from 'cockatiel';
import { Retry } from 'holdfast';
import CircuitBreaker from 'opossum';
import { resolve } from '../harness/container.js';
import { answersAfter, Boom, failsFirst } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { mollitia } from '../peers/mollitia.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Retry({ enabled: false })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** Everything is in place and every policy is switched off: what remains is the way there and back. */
export const emptyPipeline: Question = {
  id: 'empty-pipeline',
  asks: 'What does an empty pipeline cost?',
  subjects: [
    limit((fn) => () => fn()),
    peer('cockatiel', (fn) => () => noop.execute(fn)),
    peer('mollitia', (fn) => mollitia(fn)),
    // Disabled, opossum still emits its `fire` event and counts it; nothing turns that off.
    peer('opossum', (fn) => {
      const breaker = new CircuitBreaker(fn, {
        enabled: false,
        rollingPercentilesEnabled: false,
        enableSnapshots: false,
      });
      return () => breaker.fire();
    }),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = failsFirst(1);
    const call = protect(fn);
    await rejects(call(), Boom);
    strictEqual(fn.ran(), 1, 'nothing tried again');
    await answersAfter(call, fn, 2);
  },
};
