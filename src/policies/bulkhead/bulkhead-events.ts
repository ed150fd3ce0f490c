declare module '../../core/events.js' {
  interface Events {
    /** A call found no slot free and waits for one; `queued` calls do now. */
    'bulkhead.queued': { readonly site: string; readonly bulkhead: string; readonly queued: number };
    /**
     * A call was refused: the bulkhead was 'full' or has fewer slots than the call takes, the call had waited its longest ('timeout'), or it lost its
     * place in the queue to one of a higher priority or because there was less room ('shed').
     */
    'bulkhead.refused': {
      readonly site: string;
      readonly bulkhead: string;
      readonly reason: 'full' | 'timeout' | 'shed';
    };
    /** A bulkhead has more or fewer slots than before. */
    'bulkhead.resized': {
      readonly site: string;
      readonly bulkhead: string;
      readonly from: number;
      readonly to: number;
    };
  }
}
