import { rejects, strictEqual } from 'node:assert';
import { AdaptiveThrottle } from 'holdfast';
import { resolve } from '../harness/container.js';
import { Boom, failsFirst } from '../harness/proof.js';
import { type Call, holdfast, limit, type Question } from '../harness/question.js';
import { adaptiveThrottle as leanThrottle } from '../limits/adaptive-throttle.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @AdaptiveThrottle()
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A throttle whose callee is well. No peer has one. */
export const adaptiveThrottle: Question = {
  id: 'adaptive-throttle',
  asks: 'What does an adaptive throttle cost?',
  subjects: [
    limit(leanThrottle),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = failsFirst(1000);
    const call = protect(fn);
    for (let i = 0; i < 10; i++) await rejects(call(), Boom);
    strictEqual(fn.ran(), 10, 'the first ten calls all reach the callee');
    for (let i = 0; i < 190; i++) await rejects(call());
    const share = (fn.ran() - 10) / 190;
    strictEqual(share > 0.02 && share < 0.4, true, `about one call in ten still goes through: ${share}`);
  },
};
