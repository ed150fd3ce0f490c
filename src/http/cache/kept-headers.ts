import type { HttpHeaders } from '../http-headers.js';

/** What concerns one connection alone (RFC 9110, section 7.6.1), and what the keeping of an answer answers itself. */
const notKept: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'set-cookie', 'set-cookie2', 'age'],
]);

/** What a 304 says of itself, or of a body that it has not (RFC 9111, section 3.2). */
const notMerged = ['content-length', 'content-encoding', 'content-range', 'content-type', 'vary'];

const forPolicy = ['cache-control', 'pragma', 'expires', 'date', 'age', 'etag', 'last-modified', 'set-cookie'];

/** The header fields of an answer that are given again. A cookie is given once: given again, an old session would replace a new one. */
export function headersToKeep(headers: HttpHeaders): HttpHeaders {
  const named = textOf(headers.connection).toLowerCase().split(',');
  const dropped = new Set([...notKept, ...named.map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

/** The header fields of an answer once a 304 has confirmed it. */
export function mergedHeaders(kept: HttpHeaders, told: HttpHeaders): HttpHeaders {
  const { date: _, ...before } = kept; // it said when the old head was made
  const news = Object.entries(told).filter(([name]) => !notMerged.includes(name));
  return { ...before, ...Object.fromEntries(news) };
}

/** The fields that say how long an answer lasts, each as one text; directives are read in lower case. */
export function fieldsForPolicy(headers: HttpHeaders): Record<string, string> {
  const given = forPolicy.filter((name) => headers[name] !== undefined);
  const fields = Object.fromEntries(given.map((name) => [name, textOf(headers[name])]));
  if (fields['cache-control'] !== undefined) fields['cache-control'] = fields['cache-control'].toLowerCase();
  if (fields['set-cookie'] !== undefined) fields['set-cookie'] = 'given';
  return fields;
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(', ');
}
