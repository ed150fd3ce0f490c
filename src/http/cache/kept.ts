import type { CacheKey } from './cache-keys.js';
import type { Head, KeptHead } from './head.js';

/** An answer that is kept. */
export interface Kept {
  readonly head: KeptHead;
  /** Its bytes, shared with the store: nobody may be given them but as a copy. */
  readonly body: Uint8Array;
}

/** An answer that is to be kept; the bytes belong to the shelf from then on. */
export interface ToKeep {
  readonly key: CacheKey;
  readonly head: Head;
  readonly body: Uint8Array;
  /** Whether something has happened meanwhile for which it must not be kept. */
  readonly isVoid: () => boolean;
}
