import { answers, answersAfter, provesToMerge } from '../harness/proof.js';
import type { Question } from '../harness/question.js';
import { merging } from '../peers/merging.js';

/** Each call finds nobody to join, and leaves nothing behind. */
export const loneDedup: Question = {
  id: 'dedup-lone',
  asks: 'What does dedup cost a lone caller?',
  subjects: merging,
  async prove(protect) {
    const fn = answers();
    const call = protect(fn);
    await answersAfter(call, fn, 1);
    await answersAfter(call, fn, 2);
    await provesToMerge(protect);
  },
};
