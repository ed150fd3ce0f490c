import { show } from '../core/index.js';
import { pairsOf } from './pairs.js';
import { isSecret, redacted } from './redaction.js';
import { wrongOption } from './wrong-option.js';

/** Header fields by their names in lower case; several of one name are a list. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Header fields to send, in any case; undefined takes one back that the client would send. */
export type HeaderOptions = Readonly<Record<string, string | number | boolean | undefined>> | Headers;

const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;
const fieldText = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Tells whether something can be the name of a header field. */
export function isFieldName(name: unknown): boolean {
  return typeof name === 'string' && fieldName.test(name);
}

/** Checks header fields and joins them to others, which they replace; names are in lower case from then on. */
export function mergeHeaders(
  given: unknown,
  base: Readonly<Record<string, string>>,
  client: string,
): Record<string, string> {
  const headers = { ...base };
  if (given === undefined) return headers;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOption(client, 'headers', 'must be an object of header fields');
  }
  for (const [name, value] of pairsOf(given)) {
    if (!fieldName.test(name) || name === '__proto__')
      throw wrongOption(client, 'headers', `cannot have a field named ${show(name)}`);
    if (name.toLowerCase() === 'transfer-encoding')
      throw wrongOption(client, `headers.${name}`, 'is for the client to say');
    if (value === undefined) Reflect.deleteProperty(headers, name.toLowerCase());
    else headers[name.toLowerCase()] = checkValue(name, value, client);
  }
  return headers;
}

function checkValue(name: string, value: unknown, client: string): string {
  const isValue = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (isValue && fieldText.test(String(value))) return String(value);
  const rule = 'must be a text, a number, true or false, without line breaks and characters beyond Latin-1';
  throw wrongOption(client, `headers.${name}`, rule, isSecret(name) ? redacted : value);
}

/** Checks what a function of the user's made as the id of a request. */
export function checkRequestId(id: unknown, client: string): string {
  if (typeof id === 'string' && id !== '' && fieldText.test(id)) return id;
  throw wrongOption(client, 'requestId', 'must return a text that can stand in a header field', id);
}
