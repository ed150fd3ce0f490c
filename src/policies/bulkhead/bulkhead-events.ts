declare module '../../core/events.js' {
  interface Events {
    /** A call found no slot free and waits for one; `queued` calls do now. */
    'bulkhead.queued': { readonly site: string; readonly bulkhead: string; readonly queued: number };
    /** A call was refused: the bulkhead was 'full', or the call had waited its longest ('timeout'). */
    'bulkhead.refused': { readonly site: string; readonly bulkhead: string; readonly reason: 'full' | 'timeout' };
  }
}
