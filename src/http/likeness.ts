import { createHash } from 'node:crypto';
import { optional, options, that } from '../core/index.js';
import { methods } from './client-checks.js';
import type { ClientSettings } from './client-settings.js';
import type { RequestParts } from './outgoing-request.js';
import type { RequestDedupOptions } from './rest-client-options.js';
import { isSuccess, isSuccessOrUnchanged } from './success.js';
import { checkedFields } from './wrong-option.js';

/** Tells which requests are merged, and by what they are told apart. */
export interface DedupSettings {
  readonly methods: ReadonlySet<string>;
  /** Header fields that make no difference. */
  readonly ignored: ReadonlySet<string>;
}

/** They differ from request to request by their nature. */
const neverAlike = ['x-request-id', 'traceparent', 'tracestate', 'baggage', 'b3', 'x-b3-traceid', 'x-b3-spanid'];

const dedupOptions = options<RequestDedupOptions>()('RestClient', {
  methods: optional(methods(), ['GET', 'HEAD']),
  ignoreHeaders: optional(
    that<readonly string[]>(
      (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
      'must be a list of names of header fields',
    ),
    [],
  ),
});

/** Checks and completes which requests are merged. */
export function dedupSettings(given: unknown, client: string): DedupSettings {
  const options = typeof given === 'boolean' ? {} : given;
  const { methods: names, ignoreHeaders } = checkedFields(dedupOptions, options, 'dedup', client);
  const ignored = new Set([...neverAlike, ...ignoreHeaders.map((name) => name.toLowerCase())]);
  return { ignored, methods: new Set(given === false ? [] : names.map((name) => name.toUpperCase())) };
}

/**
 * What a request asks for, on whose behalf and on what terms, in one digest: method, URL, header fields (credentials among them), the bytes of the
 * body, and what limits it. Undefined for one that is merged with no other: because nobody asked for that, because its body or its answer is a stream, or because it has rules of its own.
 */
export function mergeKey(request: RequestParts): string | undefined {
  const { client, dedup, streaming, encoded, method, target, headers } = request;
  if (!dedup || streaming || encoded.fixed === undefined || isJudgedAlone(request)) return undefined;
  const fields = Object.entries(headers).filter(([name]) => !client.dedup.ignored.has(name));
  return digest(
    JSON.stringify([numberOf(client), method, target.href, fields.sort(), ...termsOf(request)]),
    encoded.fixed,
  );
}

const numbers = new WeakMap<ClientSettings, number>();
let clients = 0;

/** Clients that share their policies send what they send each by itself. */
function numberOf(client: ClientSettings): number {
  const number = numbers.get(client) ?? ++clients;
  numbers.set(client, number);
  return number;
}

/** How long and how often it is tried, and how much of an answer is taken: nobody is to fail by the terms of another. */
function termsOf({ limits, retry, idempotent, maxBytes, maxRedirects }: RequestParts): readonly unknown[] {
  return [limits, retry, idempotent, maxBytes, maxRedirects];
}

/** What is an answer for one caller may be a failure for another. */
function isJudgedAlone({ validateStatus, middleware }: RequestParts): boolean {
  return (validateStatus !== isSuccess && validateStatus !== isSuccessOrUnchanged) || middleware.length > 0;
}

function digest(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64url');
}
