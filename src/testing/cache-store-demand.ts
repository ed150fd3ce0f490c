import type { Trial } from './cache-store-trial.js';

/** What not every store claims. */
export type StoreClaim = 'survives' | 'shared' | 'copies' | 'closes' | 'anything';

/** Something that is expected of a store, as the name of a test, with the test. */
export interface Demand {
  readonly title: string;
  /** Only of stores that claim this. */
  readonly of?: StoreClaim;
  readonly check: (trial: Trial) => Promise<void>;
}
