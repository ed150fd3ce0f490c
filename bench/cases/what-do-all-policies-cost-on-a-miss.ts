import { idsInTurn } from '../harness/ids.js';
import { answersAfter, failsFirst, provesToGiveUp } from '../harness/proof.js';
import type { Question } from '../harness/question.js';
import { everything } from '../peers/everything.js';

/** The whole way, every time: so many ids, asked for in turn, that each is forgotten before it comes again. */
export const everythingOnAMiss: Question = {
  id: 'everything-miss',
  asks: 'What do all policies cost together, when the cache has to be filled?',
  measured: 30_000,
  company: 30_000,
  proved: 20,
  subjects: everything(idsInTurn(1)),
  async prove(protect) {
    const failing = failsFirst(2);
    const call = protect(failing);
    await answersAfter(call, failing, 3);
    await answersAfter(call, failing, 4);
    await provesToGiveUp(protect);
  },
};
