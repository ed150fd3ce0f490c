import type { Call, Next, Services } from '../../core/index.js';
import type { CacheCircuits } from './cache-circuits.js';

/** How one method, or one piece of code, uses a cache. */
export interface CacheUse {
  readonly load: Next;
  /** Tells whether a value is kept; undefined keeps all. */
  readonly keeps: ((value: unknown, call: Call) => boolean) | undefined;
  /** By what a value can be invalidated besides its key; undefined by nothing. */
  readonly tags: ((value: unknown, call: Call) => readonly string[]) | undefined;
}

/** What a cache needs of the world. */
export type CacheServices = Pick<Services, 'clock' | 'events' | 'random' | 'lifetime' | 'closing'> & {
  readonly circuits: CacheCircuits;
};
