import { Chaos } from 'holdfast';
import { resolve } from '../harness/container.js';
import { answers, answersAfter } from '../harness/proof.js';
import { type Call, holdfast, limit, type Question, type Subject } from '../harness/question.js';

/** What is injected is the measured answer itself, so that the one call in a thousand that is struck answers it too. */
function upstreamOf(rate: number, enabled: boolean) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Chaos({ enabled, rate, result: 42 })
    answer(): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** Declared in the same way; switched on for the proof, and off where it is measured. */
const notEnabled: Subject = {
  name: 'holdfast, not enabled',
  role: 'ours',
  protect: (fn, rate) => {
    const upstream = resolve(upstreamOf(rate, rate === 1), fn);
    return () => upstream.answer();
  },
};

/** One call in a thousand is struck; all others pay for the chance. Where it is not enabled, nobody should pay anything. */
export const chaos: Question = {
  id: 'chaos',
  asks: 'What does chaos cost?',
  measured: 0.001,
  proved: 1,
  subjects: [
    limit((fn, rate) => () => (Math.random() < rate ? Promise.resolve(42) : fn())),
    holdfast((fn, rate) => {
      const upstream = resolve(upstreamOf(rate, true), fn);
      return () => upstream.answer();
    }),
    notEnabled,
  ],
  async prove(protect) {
    const fn = answers();
    await answersAfter(protect(fn), fn, 0);
  },
};
