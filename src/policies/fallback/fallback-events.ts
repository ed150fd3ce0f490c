declare module '../../core/events.js' {
  interface Events {
    /** A call has failed for good, and was answered with a substitute. */
    'fallback.applied': { readonly site: string; readonly error: unknown };
  }
}
