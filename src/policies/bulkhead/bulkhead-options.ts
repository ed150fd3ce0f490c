import {
  count,
  type Duration,
  duration,
  flag,
  maybe,
  oneOf,
  optional,
  options,
  type SharingOptions,
  sharingOptions,
} from '../../core/index.js';
import type { QueueOrder } from './slots.js';

/** How many calls a bulkhead takes: what belongs to it, however many methods share it. */
export interface BulkheadSizes {
  /** Calls that run at the same time. @default 10 */
  readonly maxConcurrent?: number;
  /** Calls that may wait for a slot. @default 0; for a use that gives `maxWait`, as many as `maxConcurrent` */
  readonly maxQueue?: number;
  /**
   * Who gets the next slot: the oldest ('fifo'), the newest ('lifo'), or the oldest until calls have been waiting for 2 s without a break, and the
   * newest from then on ('adaptive'): when some must lose, those who have waited longest lose least.
   * @default 'fifo'
   */
  readonly order?: QueueOrder;
}

/** How many calls of a method run at the same time. */
export interface BulkheadOptions extends BulkheadSizes, SharingOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** How long a call may wait for a slot. @default Infinity */
  readonly maxWait?: Duration;
}

const sizeEntries = {
  maxConcurrent: optional(count({ min: 1 }), 10),
  maxQueue: maybe(count()),
  order: optional(oneOf('fifo', 'lifo', 'adaptive'), 'fifo'),
} as const;

/** What one use may be given: the sizes of its bulkhead, and its own. */
export const bulkheadOptions = options<BulkheadOptions>()('@Bulkhead', {
  enabled: optional(flag(), true),
  ...sizeEntries,
  maxWait: maybe(duration()),
  ...sharingOptions,
});

/** What a bulkhead must know. */
export const bulkheadSizes = options<BulkheadSizes>()('@Bulkhead', sizeEntries);

/** The part of a use's options that belongs to the bulkhead. */
export function ofBulkhead(given: BulkheadOptions): BulkheadSizes {
  return Object.fromEntries(Object.entries(given).filter(([option]) => bulkheadSizes.names.includes(option)));
}
