declare module '../../core/events.js' {
  interface Events {
    /** A call was refused, the method not called; `rejectionRate` is the share of calls that are refused at present. */
    'throttle.refused': { readonly site: string; readonly throttle: string; readonly rejectionRate: number };
  }
}
