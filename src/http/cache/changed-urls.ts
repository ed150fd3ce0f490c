import { headerField } from '../../core/index.js';
import type { HttpHeaders } from '../http-headers.js';
import type { CacheRequest, SentAnswer } from './cache-request.js';

/** The URLs that a request has changed: its own, that which it went to in the end, and what the answer names there (RFC 9111, section 4.4). */
export function changedBy({ target }: Pick<CacheRequest, 'target'>, { headers, to }: SentAnswer): URL[] {
  return [target, ...namedIn(headers, to?.target ?? target)];
}

/** A URL, and those on the same origin that an answer of it names. */
function namedIn(headers: HttpHeaders, target: URL): URL[] {
  const named = ['location', 'content-location'].map((name) => headerField(headers, name));
  const urls = named.flatMap((text) =>
    text !== undefined && URL.canParse(text, target.href) ? [new URL(text, target)] : [],
  );
  return [target, ...urls.filter(({ origin }) => origin === target.origin)];
}
