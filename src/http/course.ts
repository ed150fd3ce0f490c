import type { Call, Clock } from '../core/index.js';
import type { HttpResponse } from './http-response.js';
import type { OutgoingRequest } from './outgoing-request.js';

/** Makes one attempt at a request. */
export type Attempt = (request: OutgoingRequest) => Promise<HttpResponse<unknown>>;

const unbegun: Attempt = () => Promise.reject(new TypeError('a request is attempted by its client'));

/** How one request of a user's has fared so far: what all its attempts, and all copies that middleware makes of it, have in common. */
export class Course {
  readonly clock: Clock;
  readonly startedAt: number;
  /** The protected call around the request, where it can be seen. */
  readonly outer: Call | undefined;
  /** The attempt that was begun last; 1 before the first. */
  attempt = 1;
  readonly maxAttempts: number;
  /** The call of the client's own policies, once it is under way. */
  call: Call | undefined = undefined;
  /** Makes an attempt, by the client that was asked: its policies may be those of others, too. */
  attemptBy: Attempt = unbegun;
  /** Milliseconds that went by before its policies took over. */
  waited = 0;
  /** What it asks for may have been done, and is not to be done again. */
  mayBeDone = false;

  constructor(clock: Clock, maxAttempts: number, outer: Call | undefined) {
    this.clock = clock;
    this.outer = outer;
    this.startedAt = clock.now();
    this.maxAttempts = maxAttempts;
  }

  get duration(): number {
    return this.clock.now() - this.startedAt;
  }

  /** Another one with the same end in mind, for nobody in particular. */
  alone(): Course {
    return new Course(this.clock, this.maxAttempts, undefined);
  }

  /** Ends it, wherever it is: between two attempts as well. */
  end(reason: unknown): void {
    this.call?.cancel(reason);
  }
}
