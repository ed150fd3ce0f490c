import { randomUUID } from 'node:crypto';
import { wrongOption } from './wrong-option.js';

/** The header field by which servers recognise a request that they have seen (draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyHeader = 'idempotency-key';

/** A fresh key, as the value of the header field: a string of RFC 9651, hence in quotes. */
export function freshKey(): string {
  return `"${randomUUID()}"`;
}

/** A key of the user's, as the value of the header field; one in quotes already is left as it is. */
export function ownKey(key: unknown, client: string): string {
  const rule = 'must be true, or a text of 1 to 255 printable ASCII characters';
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(key))
    throw wrongOption(client, 'idempotencyKey', rule, key);
  return /^".*"$/.test(key) ? key : `"${key.replace(/[\\"]/g, '\\$&')}"`;
}
