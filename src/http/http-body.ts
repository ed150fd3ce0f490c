import { Readable } from 'node:stream';
import { wrongOption } from './wrong-option.js';

/** A body as it goes over the wire, and what it is. */
export interface EncodedBody {
  readonly data: unknown;
  readonly type: string | undefined;
}

const binary = 'application/octet-stream';

/** Makes the bytes of a body: texts, forms, bytes and streams as they are, everything else as JSON. */
export function encodeBody(body: unknown, client: string): EncodedBody {
  if (body === undefined) return { data: undefined, type: undefined };
  if (typeof body === 'string') return { data: body, type: 'text/plain; charset=utf-8' };
  if (body instanceof URLSearchParams)
    return { data: body.toString(), type: 'application/x-www-form-urlencoded; charset=utf-8' };
  if (body instanceof FormData) return { data: body, type: undefined }; // its type names a boundary that is drawn later
  if (body instanceof Blob) return { data: body, type: body.type || binary };
  if (body instanceof ArrayBuffer) return { data: Buffer.from(body), type: binary };
  if (ArrayBuffer.isView(body))
    return { data: Buffer.from(body.buffer, body.byteOffset, body.byteLength), type: binary };
  if (body instanceof Readable) return { data: unread(body, client), type: binary };
  return { data: stringify(body, client), type: 'application/json; charset=utf-8' };
}

/** Reads a body as its type says: JSON, text, or else bytes; undefined when there is none. */
export function decodeBody(bytes: Buffer, contentType: string): unknown {
  if (bytes.byteLength === 0) return undefined;
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (json.test(type)) return JSON.parse(utf8(bytes));
  return text.test(type) ? textOf(bytes, parameters) : bytes;
}

const json = /[/+]json\s*$/;
const text = /^text\/|(?:[/+]xml|javascript|urlencoded)\s*$/;

/** Reads bytes as text; a charset that nobody knows is taken for UTF-8. */
function textOf(bytes: Buffer, parameters: readonly string[]): string {
  const charset = parameters.map((parameter) => /^\s*charset="?([^"\s]+)/.exec(parameter)?.[1]).find(Boolean);
  if (charset === undefined || charset === 'utf-8') return utf8(bytes);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return utf8(bytes);
  }
}

/** Text without the mark that some put before it. */
function utf8(bytes: Buffer): string {
  const decoded = bytes.toString();
  return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
}

/** A stream can be sent once: what a failed attempt has read is gone. */
function unread(body: Readable, client: string): Readable {
  if (!Readable.isDisturbed(body)) return body;
  throw wrongOption(client, 'body', 'must be a stream that nobody has read from: each attempt needs one of its own');
}

function stringify(body: unknown, client: string): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(body);
  } catch (cause) {
    throw wrongOption(
      client,
      'body',
      `must be something that JSON can hold: ${(cause as Error).message.split('\n', 1)[0]}`,
    );
  }
  if (json === undefined) throw wrongOption(client, 'body', 'must be something that JSON can hold', body);
  return json;
}
