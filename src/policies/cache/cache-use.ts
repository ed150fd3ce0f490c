import type { Call, Next, Services } from '../../core/index.js';

/** How one method, or one piece of code, uses a cache. */
export interface CacheUse {
  readonly load: Next;
  /** Tells whether a value is kept; undefined keeps all. */
  readonly keeps: ((value: unknown, call: Call) => boolean) | undefined;
}

/** What a cache needs of the world. */
export type CacheServices = Pick<Services, 'clock' | 'events' | 'lifetime' | 'closing'>;
