import { answersAfter, failsFirst, provesToGiveUp } from '../harness/proof.js';
import type { Question } from '../harness/question.js';
import { everything } from '../peers/everything.js';

/** The value is there: none of the policies beneath the cache should be felt. */
export const everythingOnAHit: Question = {
  id: 'everything-hit',
  asks: 'What do all policies cost together, when the cache has the value?',
  measured: 30_000,
  company: 30_000,
  proved: 20,
  subjects: everything(() => 'a'),
  async prove(protect) {
    const failing = failsFirst(2);
    const call = protect(failing);
    await answersAfter(call, failing, 3);
    await answersAfter(call, failing, 3);
    await provesToGiveUp(protect);
  },
};
