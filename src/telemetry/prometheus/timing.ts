import type { EventBus } from '../../core/index.js';
import type { PreparedMethod } from '../../runtime/index.js';

/** Takes note of one duration in milliseconds: of which method, and of which of its parts. */
export type Note = (method: string, part: string, elapsed: number) => void;

/** One kind of durations that a histogram tells: what it is called, and which facts it is made of. */
export interface Timing {
  readonly name: string;
  readonly help: string;
  /** The label that tells the parts of a method apart; undefined where it has but one. */
  readonly by?: string;
  /** The parts of a prepared method, told before the first duration. */
  partsOf(method: PreparedMethod): readonly string[];
  /** Listens to the facts; the returned function stops. */
  watch(events: EventBus, note: Note): () => void;
}
