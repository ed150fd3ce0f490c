declare module '../core/events.js' {
  interface Events {
    'call.started': { readonly site: string };
    /** `elapsed` in milliseconds. */
    'call.succeeded': { readonly site: string; readonly elapsed: number };
    /** `cancelled`: the caller left, or the call was ended from outside. */
    'call.failed': {
      readonly site: string;
      readonly elapsed: number;
      readonly error: unknown;
      readonly cancelled: boolean;
    };
    /** The method itself came out, once per attempt and copy; later than its call where nobody waited any more. */
    'call.attempted': {
      readonly site: string;
      readonly attempt: number;
      /** The first attempt, one of a Retry, or a copy that a Hedge made of either. */
      readonly kind: 'primary' | 'retry' | 'hedge';
      /** Milliseconds that the method took. */
      readonly elapsed: number;
      readonly failed: boolean;
    };
  }
}
