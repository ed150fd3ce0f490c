import { Readable } from 'node:stream';
import { count, faultOf, maybe, oneOf, optional, options, that, withFields } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { bodyOf } from '../exchange/wire.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { fieldName, fieldText } from '../header-field.js';
import { json, problem } from '../problem.js';
import { rateLimitFields } from './rate-limit-fields.js';
import { type RateLimitFields, rateLimitOptions } from './rate-limit-options.js';
import { type RetryAfter, retryAfter, retryAfterText } from './retry-after-field.js';

/** Answers with a status other than the usual. */
export interface StatusFault extends FaultTiming {
  readonly kind?: 'status';
  /** @default 503 */
  readonly status?: number;
  /** The `Retry-After` field: seconds, an HTTP date, or how far from now the date that is sent lies. */
  readonly retryAfter?: RetryAfter;
  /** The fields that tell limits and what is left of them. */
  readonly rateLimit?: RateLimitFields;
  /** Further header fields, sent as they are, however malformed their values; not those that tell where the answer ends. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the problem details (RFC 9457), besides the usual ones or instead. */
  readonly problem?: Readonly<Record<string, unknown>>;
  /** The body, sent as JSON; a text is sent as it is where `contentType` is given. @default problem details that say who caused this */
  readonly body?: unknown;
  /** The `content-type` of `body`. @default 'application/json; charset=utf-8' */
  readonly contentType?: string;
}

/** Those that have none, nor header fields that describe one. */
const bodiless = [204, 205, 304];
/** Set by the server, as they fit the body; how they can be wrong is for other kinds of faults. */
const framing = ['content-length', 'transfer-encoding', 'trailer'];
const mostFields = 20;
const mostCharacters = 1_048_576;

const statusOptions = options<StatusFault>()(
  'fault',
  {
    ...{
      ...faultTiming,
      kind: optional(oneOf('status'), 'status'),
      status: optional(count({ min: 200, max: 599 }), 503),
    },
    retryAfter: maybe(retryAfter()),
    rateLimit: maybe(
      withFields(that<RateLimitFields>(isObject, 'must be an object with quotas'), (value) =>
        faultOf(() => rateLimitOptions.complete(rateLimitOptions.check(value), '')),
      ),
    ),
    headers: optional(
      that<Readonly<Record<string, string>>>(
        areFields,
        `must be at most ${mostFields} header fields, none of them ${framing.join(', ')}: names and texts without line breaks`,
      ),
      {},
    ),
    problem: maybe(
      that<Readonly<Record<string, unknown>>>(
        (value) => isObject(value) && isJson(value),
        'must be an object of problem details that JSON can hold, at most 1 MiB of them',
      ),
    ),
    body: maybe(that<unknown>(isJson, 'must be something that JSON can hold, and not null; at most 1 MiB of it')),
    contentType: maybe(
      that<string>(
        (value) => fieldText(value) && value !== '',
        "must be the text of a header field, such as 'text/html'",
      ),
    ),
  },
  ({ status, body, problem: members }) => {
    if (!bodiless.includes(status)) return undefined;
    const rule = `cannot go with status ${status}, which has none`;
    if (body !== undefined) return { option: 'body', rule, value: body };
    return members && { option: 'problem', rule: `cannot go with status ${status}, which has no body`, value: members };
  },
  ({ body, problem: members }) =>
    body !== undefined && members ? { option: 'problem', rule: 'cannot go with a body', value: members } : undefined,
  ({ body, contentType }) =>
    contentType !== undefined && body === undefined
      ? { option: 'contentType', rule: 'goes with a body only', value: contentType }
      : undefined,
);

/** Answers with a status, and with what goes with it. */
export const statusFault = faultKind({
  kind: 'status',
  final: true,
  options: statusOptions,
  strike(exchange, settings) {
    const { status, retryAfter: retry, rateLimit, headers } = settings;
    const answer = contents(settings);
    const told = {
      ...(retry === undefined ? undefined : { 'retry-after': retryAfterText(retry, exchange.wallNow) }),
      ...(rateLimit && rateLimitFields(rateLimit, exchange.wallNow)),
    };
    return exchange.answer('failed', { ...answer, status, headers: { ...answer.headers, ...told, ...headers } });
  },
});

type Contents = Pick<ReturnType<typeof statusOptions.complete>, 'status' | 'body' | 'contentType' | 'problem'>;

function contents({ status, body, contentType, problem: members }: Contents): Answer {
  if (bodiless.includes(status)) return { body: undefined };
  if (body === undefined) return asItIs(problem(status, 'failed on command', members));
  if (contentType === undefined) return asItIs(json(body));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return asItIs({ headers: { 'content-type': contentType }, body: text });
}

/** As a stream: fastify corrects the type of texts and bytes, and Node writes the header fields before a text in UTF-8 as well. */
function asItIs(answer: Answer): Answer {
  const bytes = bodyOf(answer);
  const headers = { ...answer.headers, 'content-length': String(bytes.length) };
  return { ...answer, headers, body: Readable.from([bytes]) };
}

function areFields(value: unknown): boolean {
  if (!isObject(value)) return false;
  const fields = Object.entries(value);
  return fields.length <= mostFields && fields.every(([name, text]) => mayBeSent(name) && fieldText(text));
}

function mayBeSent(name: string): boolean {
  return fieldName(name) && name !== '__proto__' && !framing.includes(name.toLowerCase());
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJson(value: unknown): boolean {
  try {
    return value !== null && (JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY) <= mostCharacters;
  } catch {
    return false; // a cycle or a bigint: the rule says so
  }
}
