import type { HttpHeaders } from './http-headers.js';

/** What stands in the place of a secret. */
export const redacted = '[redacted]';

/** Names of header fields and parameters whose values nobody should read in a log. */
const secretName = new RegExp(
  [
    'auth(?!ors?(?:$|[-_.])|enticate)', // not authors, and not the challenge of WWW-Authenticate
    'cookie|token|secret|passw|passphrase|^pass$|pwd|credential|session|signature|^sig$|^code$|jwt|^otp$',
    '(?:^|[-_.]|api|access|private|client)[-_]?key(?:$|[-_.])',
  ].join('|'),
  'i',
);

/** Tells whether a header field or parameter of this name carries a secret. */
export function isSecret(name: string): boolean {
  return secretName.test(name);
}

/** A URL as errors, events and logs may show it: without credentials, secret parameters and fragment. */
export function redactUrl(url: string | URL): string {
  const safe = new URL(url);
  safe.username = '';
  safe.password = '';
  safe.hash = '';
  const secrets = [...safe.searchParams.keys()].filter(isSecret);
  if (secrets.length === 0) return safe.href;
  const query = [...safe.searchParams].map(
    ([name, value]) => `${encodeURIComponent(name)}=${isSecret(name) ? redacted : encodeURIComponent(value)}`,
  );
  safe.search = '';
  return `${safe.href}?${query.join('&')}`;
}

/** Header fields as errors may show them: the values of secrets are replaced. */
export function redactHeaders(headers: HttpHeaders): HttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? redacted : value]));
}
