import type { TlsFailure } from './tls/tls-failure.js';

/** What becomes of the connections that are open already when a fault comes into force. */
export type Existing = 'keep' | 'reset';

/**
 * What becomes of a connection: the system refuses it as where nobody listens; it is reset once it is there; it is let in and never
 * read; or TLS fails on it.
 */
export type ConnectionMeans =
  | { readonly is: 'refused'; readonly existing: Existing }
  | { readonly is: 'reset' }
  | { readonly is: 'hung' }
  | { readonly is: 'tls'; readonly failure: TlsFailure; readonly existing: Existing };
