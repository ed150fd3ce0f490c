import { nameError, RejectedError } from '../../core/index.js';
import { percent } from './percent.js';

/** What a refusal by a throttle knows. */
export interface ThrottleRefusal {
  /** The protected method, `Class.method`. */
  readonly site: string;
  /** The throttle's name. */
  readonly throttle: string;
  /** The share of calls that were refused then. */
  readonly rejectionRate: number;
}

/** The callee accepts too few calls, and this one was among those that are not sent; the method was not called. */
export class ThrottledError extends RejectedError {
  static override readonly family: string = 'ThrottledError';
  readonly code = 'HOLDFAST_THROTTLED';
  /** The throttle's name. */
  readonly throttle: string;
  /** The share of calls that were refused then. */
  readonly rejectionRate: number;

  constructor({ site, throttle, rejectionRate }: ThrottleRefusal, captureStack = false) {
    const message = `${site} was not called: its throttle refuses ${percent(rejectionRate, 2)} of the calls, as too few succeed`;
    super(message, { site, policy: 'adaptiveThrottle', captureStack });
    this.throttle = throttle;
    this.rejectionRate = rejectionRate;
  }

  static {
    nameError(ThrottledError);
  }
}
