import { provesToMerge } from '../harness/proof.js';
import type { Question } from '../harness/question.js';
import { merging } from '../peers/merging.js';

/** A hundred calls at once with one key, of which one runs: the price that each pays, waiting included. */
export const hundredDedup: Question = {
  id: 'dedup-hundred',
  asks: 'What does dedup cost each of a hundred callers?',
  ending: 'hundred',
  subjects: merging,
  prove: provesToMerge,
};
