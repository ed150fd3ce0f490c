import type { HttpRequest } from './http-request.js';
import { OutgoingRequest, type RequestParts } from './outgoing-request.js';
import { redacted } from './redaction.js';

/** Shorter ones are no secrets worth the name, and would be found in any text. */
const shortest = 6;

/** Makes the function that takes out of a text what its server quotes of the secrets in a request: servers like to repeat what they were given. */
export function quotedSecrets(request: HttpRequest): (text: string) => string {
  let secrets: readonly string[] | undefined;
  return (text) => {
    secrets ??= secretsIn(OutgoingRequest.partsOf(request));
    return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, redacted), text);
  };
}

/** Takes them out of all texts in a value that JSON can hold. */
export function withoutQuotes(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((each) => withoutQuotes(each, clean));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutQuotes(each, clean)]));
}

/** All that must not be seen, the longest first. */
function secretsIn({ client, headers, target, credentials }: RequestParts): readonly string[] {
  const isSecret = (name: string) => name !== 'idempotency-key' && client.redaction.hides(name);
  const fields = Object.entries(headers).filter(([name]) => isSecret(name) || name in (credentials?.headers ?? {}));
  const parameters = [...target.searchParams].filter(([name]) => isSecret(name) || name in (credentials?.query ?? {}));
  const values = [...fields, ...parameters].flatMap(([, value]) => [value, ...tokensIn(value)]);
  const all = [...values, decodeURIComponent(target.password)].filter((value) => value.length >= shortest);
  return [...new Set(all.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]))].sort(byLength);
}

/** What follows the name of a scheme, as in `Bearer …`, and what basic credentials stand for. */
function tokensIn(value: string): string[] {
  const [, scheme = '', token] = /^([A-Za-z][\w-]*) +(\S.*)$/.exec(value) ?? [];
  if (token === undefined) return [];
  const pair = scheme.toLowerCase() === 'basic' ? Buffer.from(token, 'base64').toString() : '';
  return [token, pair.slice(pair.indexOf(':') + 1)];
}

function byLength(one: string, other: string): number {
  return other.length - one.length;
}
