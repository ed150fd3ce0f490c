import type { WireAnswer, WireRequest } from '../wire.js';

/** What a cache needs to know of a request: all header fields that will be sent, credentials included. */
export interface CacheRequest extends Omit<WireRequest, 'limits' | 'maxBytes' | 'maxRedirects'> {
  /** The header fields, by their names in lower case, by which this very request says who asks; others may do so by their names. */
  readonly credentialNames?: readonly string[];
}

/** An answer, and what it is one to. */
export interface SentAnswer extends WireAnswer {
  /**
   * The request as it was sent in the end: middleware, renewed credentials and redirects may have made another of it. Undefined where it is the one
   * that was asked for, null where no server answered but somebody on the way.
   */
  readonly to?: CacheRequest | null;
}

/**
 * Sends the request, with header fields besides its own, which replace these. Resolves for 2xx, and for 304 where the fields ask whether something
 * still holds (`if-none-match`, `if-modified-since`); rejects for everything else. Where `alone` is given, nobody waits for the answer: the request
 * is in no call, no signal and no deadline of a caller ends it, but `alone` does.
 */
export type Send = (fields: Readonly<Record<string, string>>, alone?: AbortSignal) => Promise<SentAnswer>;

/** An answer, and where it is from. */
export interface CachedAnswer extends WireAnswer {
  /** 'revalidated': it was kept, and the server said that it still holds. 'stale': its lifetime is over. */
  readonly from: 'network' | 'cache' | 'stale' | 'revalidated';
  /** How old it is, in seconds; undefined for one that was just sent. */
  readonly age?: number;
}

const unread = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Tells whether a request may be answered from a cache: not where it has a body, or asks for a part or by conditions of its own. */
export function isCacheable({ method, headers, data }: CacheRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && data === undefined && !unread.some((name) => name in headers);
}

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']);

/** Tells whether a request may change what it is sent to. */
export function isUnsafe({ method }: CacheRequest): boolean {
  return !safe.has(method.toUpperCase());
}

/** Tells whether a request itself says one thing to caches. */
export function says(directive: 'no-cache' | 'no-store', { headers }: CacheRequest): boolean {
  const { 'cache-control': control, pragma } = headers;
  if (control === undefined) return directive === 'no-cache' && pragma?.toLowerCase().includes('no-cache') === true;
  return control
    .toLowerCase()
    .split(',')
    .some((given) => given.split('=', 1)[0]?.trim() === directive);
}
