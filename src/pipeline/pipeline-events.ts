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
  }
}
