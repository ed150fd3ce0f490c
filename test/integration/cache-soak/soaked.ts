import type { CacheStats } from '../../../src/policies/cache/index.js';

/** What a soak showed. */
export interface Soaked {
  readonly keys: number;
  readonly calls: number;
  /** Calls that were rejected. */
  readonly failures: number;
  /** Answers for another key. */
  readonly wrong: number;
  /** Answers that were older than any answer may be. */
  readonly tooOld: number;
  readonly peakSize: number;
  readonly peakBytes: number;
  readonly peakAlarms: number;
  /** The most alarms at a time that belonged to no load under way. */
  readonly strayAlarms: number;
  readonly stats: CacheStats;
  /** Bytes of the heap after each tenth of the keys but the first, the cache being full. */
  readonly full: readonly number[];
  /** The same with an empty cache, after the first tenth and after the last. */
  readonly emptyAtFirst: number;
  readonly emptyAtLast: number;
  /** Alarms that were armed when nothing was under way any more. */
  readonly pending: number;
}
