import type { Waiting } from '../core/index.js';
import type { Answer } from './exchange/exchange.js';

/** What a request asks for, once it is not made to fail. */
export interface Work {
  /** Milliseconds of a worker, besides the usual. */
  readonly takes?: number;
  /** By what the request names itself: what is done under one name is done once. */
  readonly key?: string | undefined;
  /** `waiting` ends when nobody is left to wait for the answer. */
  answer(waiting: Waiting): Answer | Promise<Answer>;
}
