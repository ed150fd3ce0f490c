/** What all facts about one attempt at a request have in common. */
export interface HttpFacts {
  /** The protected method that sent it, `Class.method`; empty when none is known. */
  readonly site: string;
  /** The name of the client. */
  readonly service: string;
  readonly method: string;
  /** The URL without credentials and secrets. */
  readonly url: string;
  /** What the request is for, from a finite set. */
  readonly endpoint: string;
  readonly requestId: string | undefined;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
}

declare module '../core/events.js' {
  interface Events {
    /** A request is about to be sent; exactly one of the two below follows. */
    'http.requested': HttpFacts;
    /** An answer has arrived, whatever its status: in full, or its head where it is read as a stream. */
    'http.answered': HttpFacts & { readonly status: number; readonly duration: number };
    /** No answer came: the network failed, time ran out, or the caller left (`cancelled`). */
    'http.failed': HttpFacts & { readonly error: unknown; readonly cancelled: boolean; readonly duration: number };
  }
}
