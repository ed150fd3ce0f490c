import { count, isPlainObject, maybe, optional, options, that } from '../../core/index.js';
import { fieldName, fieldText } from '../header-field.js';
import { isStream } from './body-stream.js';
import type { OwnAnswer } from './own-answer.js';

/** Those that have none. */
const bodiless = [204, 205, 304];
/** Set by the server, as they fit the body. */
const framing = ['transfer-encoding', 'trailer'];
const mostFields = 100;
const longestValue = 65_536;

/** Checks and completes an answer of one's own. */
export const ownAnswerOptions = options<OwnAnswer>()(
  'answer',
  {
    status: optional(count({ min: 200, max: 599 }), 200),
    statusText: maybe(that<string>(fieldText, 'must be a text without line breaks')),
    headers: optional(
      that<NonNullable<OwnAnswer['headers']>>(
        areFields,
        `must be at most ${mostFields} header fields, each of them once and none of them ${framing.join(', ')}: names with a text, a number, a list of texts, or undefined`,
      ),
      {},
    ),
    body: maybe(
      that<unknown>(
        isBody,
        'must be a text, bytes, a stream of these, or something that JSON can hold: plain objects, lists, numbers, booleans and null',
      ),
    ),
  },
  ({ status, body }) =>
    body !== undefined && bodiless.includes(status)
      ? { option: 'body', rule: `cannot go with status ${status}, which has none`, value: body }
      : undefined,
  ({ headers, body }) => {
    const [, length] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length') ?? [];
    if (length === undefined) return undefined;
    const option = "headers['content-length']";
    if (!isStream(body))
      return { option, rule: 'goes with a stream only: that of other bodies is known', value: length };
    return /^\d{1,15}$/.test(String(length)) ? undefined : { option, rule: 'must be a whole number', value: length };
  },
);

/** An answer of one's own, complete. */
export type OwnAnswerParts = ReturnType<typeof ownAnswerOptions.complete>;

function areFields(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const fields = Object.entries(value);
  const names = new Set(fields.map(([name]) => name.toLowerCase()));
  return (
    fields.length <= mostFields && names.size === fields.length && fields.every(([name, text]) => mayBeSent(name, text))
  );
}

function mayBeSent(name: string, value: unknown): boolean {
  if (!fieldName(name) || name === '__proto__' || framing.includes(name.toLowerCase())) return false;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value ?? ''];
  return values.every((text) => fieldText(typeof text === 'number' ? String(text) : text, longestValue));
}

function isBody(value: unknown): boolean {
  if (typeof value === 'string' || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true;
  return isStream(value) || (hasForm(value) && isJson(value));
}

/** What JSON holds as it is: of a Map, a Blob or a promise nothing would be left. */
function hasForm(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return true;
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false; // a cycle or a bigint: the rule says so
  }
}
