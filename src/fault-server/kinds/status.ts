import { count, maybe, oneOf, optional, options, that } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../fault-kind.js';
import { fieldName, fieldText } from '../header-field.js';
import { json, problem } from '../problem.js';

/** Answers with a status other than the usual. */
export interface StatusFault extends FaultTiming {
  readonly kind?: 'status';
  /** @default 503 */
  readonly status?: number;
  /** The `Retry-After` field: seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** Further header fields, sent as they are, however malformed their values. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, sent as JSON. @default problem details that say who caused this */
  readonly body?: unknown;
}

const mostFields = 20;

const statusOptions = options<StatusFault>()(
  'fault',
  {
    ...faultTiming,
    kind: optional(oneOf('status'), 'status'),
    status: optional(count({ min: 200, max: 599 }), 503),
    retryAfter: maybe(
      that<number | string>(
        isRetryAfter,
        "must be whole seconds, or an HTTP date such as 'Wed, 21 Oct 2026 07:28:00 GMT'",
      ),
    ),
    headers: optional(
      that<Readonly<Record<string, string>>>(
        areFields,
        `must be at most ${mostFields} header fields: names and texts without line breaks`,
      ),
      {},
    ),
    body: maybe(that<unknown>(isJson, 'must be something that JSON can hold, and not null')),
  },
  ({ status, body }) =>
    body !== undefined && (status === 204 || status === 304)
      ? { option: 'body', rule: `cannot go with status ${status}, which has none`, value: body }
      : undefined,
);

/** Answers with a status, and `Retry-After` if asked. */
export const statusFault = faultKind({
  kind: 'status',
  final: true,
  options: statusOptions,
  strike(exchange, { status, retryAfter, headers, body }) {
    const retry = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
    const answer = body === undefined ? problem(status, 'failed on command') : json(body);
    exchange.answer('failed', { ...answer, status, headers: { ...answer.headers, ...retry, ...headers } });
  },
});

function isRetryAfter(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return typeof value === 'string' && value.endsWith('GMT') && new Date(value).toUTCString() === value;
}

function areFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = Object.entries(value);
  return fields.length <= mostFields && fields.every(([name, text]) => fieldName(name) && fieldText(text));
}

function isJson(value: unknown): boolean {
  try {
    return value !== null && JSON.stringify(value) !== undefined;
  } catch {
    return false; // a cycle or a bigint: the rule says so
  }
}
