import { fallback as fallbackPolicy, handleAll } from 'cockatiel';
import { Fallback } from 'holdfast';
import { resolve } from '../harness/container.js';
import { answersAfter, failsFirst } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Fallback({ value: 42 })
  answer(): Promise<number> {
    return this.fn();
  }
}

const substitute = () => 42;

/** A call that succeeds, and needs no substitute. */
export const fallback: Question = {
  id: 'fallback',
  asks: 'What does a fallback cost?',
  subjects: [
    limit((fn) => () => fn().then(undefined, substitute)),
    peer('cockatiel', (fn) => {
      const policy = fallbackPolicy(handleAll, substitute);
      return () => policy.execute(fn);
    }),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = failsFirst(1);
    await answersAfter(protect(fn), fn, 1);
  },
};
