import { nameError, RejectedError } from '../../core/index.js';

/** What a refused permit is known by. */
export interface RateLimitRefusal {
  readonly site: string;
  /** The limiter that refused. */
  readonly limiter: string;
  readonly weight: number;
  /**
   * Milliseconds before which asking again is certain to be refused; Infinity when it always will be. For a call whose deadline comes before its turn it is
   * the time until that: within the same deadline there is none sooner. It is 0 when only the time of this call is over.
   */
  readonly retryAfter: number;
}

/** The rate limit leaves no room for the call; the method was not called. */
export class RateLimitedError extends RejectedError {
  static override readonly family: string = 'RateLimitedError';
  readonly code = 'HOLDFAST_RATE_LIMITED';
  readonly limiter: string;
  readonly weight: number;

  constructor({ site, limiter, weight, retryAfter }: RateLimitRefusal, captureStack = false) {
    const facts = { site, policy: 'rateLimit', retryAfter, captureStack };
    super(`${site} was not called: ${reason(weight, retryAfter)}`, facts);
    this.limiter = limiter;
    this.weight = weight;
  }

  static {
    nameError(RateLimitedError);
  }
}

function reason(weight: number, retryAfter: number): string {
  if (retryAfter === Number.POSITIVE_INFINITY)
    return `its weight of ${weight} is more than its rate limit ever lets through at once`;
  if (retryAfter === 0) return 'its turn would come later than it may wait';
  return `its rate limit has no room for it in the next ${Math.ceil(retryAfter)} ms`;
}
