import type { Demand as AnyDemand } from '../demands.js';
import type { Trial } from './cache-store-trial.js';

/** What not every store claims. */
export type StoreClaim = 'survives' | 'shared' | 'copies' | 'closes' | 'anything';

/** Something that is expected of a store. */
export type Demand = AnyDemand<Trial, StoreClaim>;
