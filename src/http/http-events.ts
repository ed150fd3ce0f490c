/** What all facts about one request have in common. */
export interface HttpFacts {
  /** The protected method that sent it, `Class.method`; empty when none is known. */
  readonly site: string;
  /** The name of the client. */
  readonly service: string;
  readonly method: string;
  /** The URL without credentials and secrets. */
  readonly url: string;
}

declare module '../core/events.js' {
  interface Events {
    /** A request is about to be sent; exactly one of the two below follows. */
    'http.requested': HttpFacts;
    /** An answer has arrived in full, whatever its status. */
    'http.answered': HttpFacts & { readonly status: number; readonly duration: number };
    /** No answer came: the network failed, time ran out, or the caller left. */
    'http.failed': HttpFacts & { readonly error: unknown; readonly duration: number };
  }
}
