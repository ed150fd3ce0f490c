import type { AdaptiveOptions, BulkheadOptions } from '../../../src/policies/bulkhead/index.js';
import type { Difference } from './client.js';
import { importanceOf } from './importance.js';

/** Twice as many as the server has workers: none of them is ever without work, and nobody waits there for long. */
const slots = 16;

/** Where those wait who have no slot. After the longest wait there is time for an answer. */
const room = { maxQueue: 100, maxWait: 1400, order: 'adaptive' } as const;

/** Far more than the server grants, as agreed on some time ago. */
const ownLimit = { limit: 200, per: '1s', maxWait: 1600 } as const;

const throttle = { window: '5s', successThreshold: 0.9 } as const;

/** Clients of a server that grants less than is asked for. */
export const adoptOrNot = {
  retry: { retry: {} },
  'retry, own limit': { retry: {}, rateLimit: ownLimit },
  'retry, adopt': { retry: {}, rateLimit: { ...ownLimit, adopt: true } },
} as const satisfies Record<string, Difference>;

/** Clients of an overloaded server: what is in flight has no bound, one that somebody chose, or one that is found. */
export const boundOrNot = {
  'no bound': {},
  fixed: bounded({ maxConcurrent: slots }),
  'fixed, no queue': { bulkhead: { maxConcurrent: slots } },
  'fixed, priorities': bounded({ maxConcurrent: slots, priority: importanceOf }),
  gradient2: bounded({ adaptive: 'gradient2' }),
  vegas: bounded({ adaptive: 'vegas' }),
  aimd: bounded({ adaptive: 'aimd' }),
  throttle: { adaptiveThrottle: throttle },
} as const satisfies Record<string, Difference>;

/** The first as above; others serve the oldest first, with and without time for an answer after the wait. */
export const newestOrOldest = {
  'fixed, again': bounded({ maxConcurrent: slots }),
  'fixed, fifo': bounded({ maxConcurrent: slots, order: 'fifo' }),
  'fixed, fifo, maxWait 1.9 s': bounded({ maxConcurrent: slots, order: 'fifo', maxWait: 1900 }),
} as const satisfies Record<string, Difference>;

/** These begin with five times as many slots as would do, and judge once a second, or five times. */
export const fromAbove = {
  'gradient2 from 80': fromEighty({ algorithm: 'gradient2' }),
  'gradient2 from 80, 200 ms': fromEighty({ algorithm: 'gradient2', window: '200ms' }),
  'vegas from 80, 200 ms': fromEighty({ algorithm: 'vegas', window: '200ms' }),
  'aimd from 80, 200 ms': fromEighty({ algorithm: 'aimd', window: '200ms', timeout: '500ms' }),
} as const satisfies Record<string, Difference>;

/** Clients of a server that refuses soon. */
export const throttledOrNot = {
  retry: { retry: {} },
  'retry, throttle': { retry: {}, adaptiveThrottle: throttle },
} as const satisfies Record<string, Difference>;

function bounded(more: BulkheadOptions): Difference {
  return { bulkhead: { ...room, ...more } };
}

function fromEighty(adaptive: Exclude<AdaptiveOptions, string>): Difference {
  return bounded({ adaptive: { ...adaptive, initialLimit: 80 } });
}
