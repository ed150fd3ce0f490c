declare module '../../core/events.js' {
  interface Events {
    /** A call got its permits after waiting `waited` ms. */
    'rateLimit.waited': {
      readonly site: string;
      readonly limiter: string;
      readonly weight: number;
      readonly waited: number;
    };
    /** A call was refused; asking again within `retryAfter` ms is certain to be refused too. */
    'rateLimit.refused': {
      readonly site: string;
      readonly limiter: string;
      readonly weight: number;
      readonly retryAfter: number;
    };
    /** An answer told a limit that changes whose turn it is: `available` permits are left at once, the next one comes in `nextIn` ms. */
    'rateLimit.adopted': {
      readonly site: string;
      readonly limiter: string;
      readonly available: number;
      readonly nextIn: number;
    };
    /** Somebody took away all permits that a limiter had; `site` is the limiter's name. */
    'rateLimit.drained': { readonly site: string; readonly limiter: string; readonly permits: number };
  }
}
