import { nameError, ResilienceError } from '../../core/index.js';

/** The call wanted what is kept and nothing else, and nothing is kept; the method was not called. */
export class CacheMissError extends ResilienceError {
  static override readonly family: string = 'CacheMissError';
  readonly code = 'HOLDFAST_CACHE_MISS';

  constructor(site: string) {
    super(`${site} was not called: nothing is kept for it, and it was to answer from the cache only`, {
      site,
      policy: 'cached',
    });
  }

  static {
    nameError(CacheMissError);
  }
}
