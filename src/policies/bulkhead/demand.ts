import type { Patience } from './patience.js';

/** What a call that finds no free slot wants. */
export interface Demand {
  /** The slots that it takes. */
  readonly weight: number;
  /** How much it matters: 0 goes first. */
  readonly rank: number;
  readonly patience: Patience;
}
