import type { Duration } from '../../core/index.js';
import type { PhaseLimits } from '../wire.js';

/** How long a request may take, in all and each time that it is sent; 0 and Infinity are no limit. */
export interface AxiosTimeouts {
  /** For the whole request: all attempts, and the waits between them. @default '30s' */
  readonly total?: Duration;
  /** For one attempt, its body included. @default none: axios's own `timeout` holds for each attempt */
  readonly attempt?: Duration;
}

/** What holds for one request of a protected axios instance: `config.resilience`. */
export interface AxiosResilience {
  /** false: it is sent once. @default true */
  readonly retry?: boolean;
  /** false: it passes by the circuit, and is not counted there. @default true */
  readonly circuitBreaker?: boolean;
  /** The time for this request: in all, or by its parts. @default that of the protection */
  readonly timeout?: Duration | AxiosTimeouts;
  /**
   * Lets the server recognise the request when it comes again, so that it can be repeated: a key of yours, or true for one that is made once and
   * stays the same in all attempts. A header field `Idempotency-Key` of the request's own is left as it is, and does as well.
   */
  readonly idempotencyKey?: string | boolean;
  /** Sending it twice does no more than sending it once: it is repeated like a GET. @default by the method */
  readonly idempotent?: boolean;
  /** What the request is called in metrics: from a finite set. @default its method */
  readonly endpoint?: string;
}

declare module 'axios' {
  // biome-ignore lint/suspicious/noExplicitAny: an interface is joined under the parameters that axios gave it
  interface AxiosRequestConfig<D = any, P = any> {
    /** How a protected instance treats this request; unprotected ones do not look at it. */
    resilience?: AxiosResilience;
    /** Limits for the parts of a request, for adapters that know them, such as that of `holdfast/undici`. */
    phaseLimits?: PhaseLimits;
  }
}
