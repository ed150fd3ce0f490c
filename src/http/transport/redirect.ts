import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { RedirectError } from '../errors/index.js';
import { idempotencyHeader } from '../idempotency.js';
import { isSecret } from '../redaction.js';
import type { WireRequest } from '../wire.js';

/** One leg of the way of a request, which redirects may prolong. */
export interface Leg {
  readonly target: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** An answer that may lead elsewhere. */
export interface Direction {
  readonly status: number;
  readonly location: string | undefined;
}

/** What there is to know about a request that is redirected. */
export interface Redirection {
  readonly request: WireRequest;
  /** How often it was redirected before. */
  readonly followed: number;
  readonly isCredential: (name: string) => boolean;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The next leg, when the answer leads to one that is to be followed; undefined when it is the answer. */
export function nextLeg(leg: Leg, { status, location }: Direction, redirection: Redirection): Leg | undefined {
  const { request, followed } = redirection;
  if (!redirects.has(status) || location === undefined || request.maxRedirects === 0) return undefined;
  if (followed >= request.maxRedirects) throw new RedirectError(request, `was redirected more than ${followed} times`);
  const target = targetOf(leg, asWritten(location), request);
  const stays = target.origin === leg.target.origin;
  if (stays) copyCredentials(leg.target, target);
  const headers = stays
    ? leg.headers
    : without(leg.headers, (name) => name === 'host' || credential(name, redirection));
  if (becomesGet(status, leg.method)) {
    return { target, method: 'GET', headers: without(headers, (name) => name.startsWith('content-')), data: undefined };
  }
  if (!(leg.data instanceof Readable)) return { target, method: leg.method, headers, data: leg.data };
  throw new RedirectError(
    request,
    `was redirected with ${status}, and its body is a stream, which cannot be sent twice`,
  );
}

/** Where it leads to, without what the server wrote there for credentials. */
function targetOf(leg: Leg, location: string, request: WireRequest): URL {
  if (!URL.canParse(location, leg.target.href)) throw new RedirectError(request, 'was redirected to what is no URL');
  const target = new URL(location, leg.target.href);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new RedirectError(request, `was redirected to ${target.protocol}, which is neither http: nor https:`);
  }
  target.username = '';
  target.password = '';
  target.hash = '';
  return target;
}

/** Node reads bytes of header fields as Latin-1; most servers that leave something unencoded write UTF-8. */
function asWritten(location: string): string {
  if (/[\u0100-\uffff]/.test(location)) return location; // an adapter has read it otherwise
  const bytes = Buffer.from(location, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : location;
}

function copyCredentials(from: URL, to: URL): void {
  to.username = from.username;
  to.password = from.password;
}

/** A key of idempotency is none: without it the next server could not recognise a request that is repeated because of it. */
function credential(name: string, { isCredential }: Redirection): boolean {
  return (isSecret(name) && name !== idempotencyHeader) || isCredential(name);
}

/** RFC 9110, 15.4: what everybody does with a POST, although 301 and 302 do not say so; and what 303 is there for. */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function without(headers: Leg['headers'], drops: (name: string) => boolean): Leg['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drops(name)));
}
