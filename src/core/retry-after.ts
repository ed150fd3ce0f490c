/** The three forms of a date in RFC 9110. */
const httpDates = [
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** Reads `Retry-After` as milliseconds from now: 0 for a date that has passed, undefined for what nobody can read. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!httpDates.some((form) => form.test(value))) return undefined;
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What may carry an answer's header fields: a `Headers`, axios's, or a plain object. */
type Fields = { readonly get?: unknown } & Readonly<Record<string, unknown>>;

/**
 * When an error or a result says to come back, in milliseconds from now: by its own `retryAfter` (milliseconds, or a date), or by the
 * `retry-after-ms` or `Retry-After` of the HTTP answer that it is or carries (RFC 9110, section 10.2.3). Undefined where it says nothing that
 * can be read. `wallNow` is what the clock on the wall shows, for dates.
 */
export function retryAfterOf(source: unknown, wallNow: number): number | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { retryAfter, headers, response } = source as Readonly<Record<string, unknown>>;
  if (typeof retryAfter === 'number' && retryAfter >= 0) return retryAfter;
  if (retryAfter instanceof Date) return untilDate(retryAfter, wallNow);
  return (
    announced(headers, wallNow) ?? announced((response as { headers?: unknown } | null | undefined)?.headers, wallNow)
  );
}

function announced(headers: unknown, wallNow: number): number | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const exact = field(headers as Fields, 'retry-after-ms');
  if (exact !== undefined && /^\d+(?:\.\d+)?$/.test(exact)) return Number(exact);
  const value = field(headers as Fields, 'retry-after');
  return value === undefined ? undefined : parseRetryAfter(value, wallNow);
}

function field(headers: Fields, name: string): string | undefined {
  const value = typeof headers.get === 'function' ? headers.get(name) : plainField(headers, name);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function plainField(headers: Fields, name: string): unknown {
  if (name in headers) return headers[name];
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return found === undefined ? undefined : headers[found];
}

function untilDate(date: Date, now: number): number | undefined {
  return Number.isNaN(date.getTime()) ? undefined : Math.max(0, date.getTime() - now);
}
