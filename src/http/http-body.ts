import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { InvalidOptionsError } from '../core/index.js';
import { wrongOption } from './wrong-option.js';

/** What one attempt sends. */
export interface TakenBody {
  readonly data: unknown;
  /** What it is, where that is not known before it is made. */
  readonly type?: string | undefined;
}

/** A body as it goes over the wire, and what it is. */
export interface EncodedBody {
  /** What one attempt sends; a stream is another one each time. */
  readonly take: () => TakenBody;
  /** The same for all attempts, where it is known beforehand; undefined for streams and forms with files. */
  readonly fixed: string | Buffer | undefined;
  readonly type: string | undefined;
  /** It can be sent more than once. */
  readonly replayable: boolean;
}

const binary = 'application/octet-stream';
const nothing: EncodedBody = { take: always(undefined), fixed: '', type: undefined, replayable: true };

/**
 * Makes the bytes of a body: texts, forms, bytes and streams as they are, everything else as JSON. A function is asked for the body of each attempt
 * anew; a stream that is given as it is can be sent once.
 */
export function encodeBody(body: unknown, client: string): EncodedBody {
  if (body === undefined) return nothing;
  if (isThenable(body)) throw wrongOption(client, 'body', 'must be a body, not a promise of one');
  if (typeof body === 'function') {
    return { take: () => made(body(), client), fixed: undefined, type: undefined, replayable: true };
  }
  if (isStream(body)) return { take: once(body, client), fixed: undefined, type: binary, replayable: false };
  if (body instanceof FormData) return { take: always(body), fixed: undefined, type: undefined, replayable: true }; // its type names a boundary that is drawn later
  if (body instanceof Blob) {
    return { take: always(body), fixed: undefined, type: body.type || binary, replayable: true };
  }
  const [fixed, type] = bytesOf(body, client);
  return { take: always(fixed), fixed, type, replayable: true };
}

/** Checks that a length somebody states is that of the body: what is too much, or too little, would be taken for the next request. */
export function checkLength(stated: string | undefined, data: unknown, client: string): void {
  if (stated === undefined || (data !== undefined && typeof data !== 'string' && !Buffer.isBuffer(data))) return;
  if (stated !== String(data === undefined ? 0 : Buffer.byteLength(data))) {
    throw wrongOption(client, 'headers.content-length', 'must be the length of the body', stated);
  }
}

type Stream = Readable | ReadableStream | AsyncIterable<unknown>;

function isStream(body: unknown): body is Stream {
  return body instanceof Readable || body instanceof ReadableStream || (isObject(body) && Symbol.asyncIterator in body);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isThenable(body: unknown): boolean {
  return isObject(body) && typeof (body as { readonly then?: unknown }).then === 'function';
}

function always(data: unknown): () => TakenBody {
  const taken = { data };
  return () => taken;
}

/** A body that is made for one attempt. */
function made(body: unknown, client: string): TakenBody {
  if (typeof body === 'function' || isThenable(body)) {
    throw wrongOption(client, 'body', 'must be a function that returns a body, not another function and no promise');
  }
  if (isStream(body)) return { data: flowing(body, client), type: binary };
  const { take, type } = encodeBody(body, client);
  return { ...take(), type };
}

/** A stream can be sent once: what a failed attempt has read is gone. */
function once(body: Stream, client: string): () => TakenBody {
  unread(body, client);
  let taken = false;
  return () => {
    if (taken) throw spent(client);
    taken = true;
    return { data: flowing(body, client) };
  };
}

function flowing(body: Stream, client: string): Readable {
  unread(body, client);
  if (body instanceof Readable) return body;
  if (body instanceof ReadableStream) return Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  return Readable.from(body);
}

function unread(body: Stream, client: string): void {
  const isRead =
    body instanceof Readable || body instanceof ReadableStream ? Readable.isDisturbed(body as Readable) : false;
  if (isRead || (body instanceof ReadableStream && body.locked)) throw spent(client);
}

function spent(client: string): InvalidOptionsError {
  return wrongOption(
    client,
    'body',
    'must be a stream that nobody has read from, or a function that makes one for each attempt',
  );
}

function bytesOf(body: unknown, client: string): [string | Buffer, string] {
  if (typeof body === 'string') return [body, 'text/plain; charset=utf-8'];
  if (body instanceof URLSearchParams) return [body.toString(), 'application/x-www-form-urlencoded; charset=utf-8'];
  if (body instanceof ArrayBuffer) return [Buffer.from(body), binary];
  if (ArrayBuffer.isView(body)) return [Buffer.from(body.buffer, body.byteOffset, body.byteLength), binary];
  return [stringify(body, client), 'application/json; charset=utf-8'];
}

/** Reads a body as its type says: JSON, text, or else bytes; undefined when there is none. Throws a SyntaxError for JSON that is none. */
export function decodeBody(bytes: Buffer, contentType: string, { leniently = false }: Decoding = {}): unknown {
  if (bytes.byteLength === 0) return undefined;
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (!json.test(type)) return text.test(type) ? textOf(bytes, parameters) : bytes;
  if (!leniently && !isUtf8(bytes)) throw new SyntaxError('JSON is in UTF-8, and these bytes are not'); // RFC 8259, 8.1
  return JSON.parse(utf8(bytes));
}

interface Decoding {
  /** Reads JSON with bytes that are no UTF-8 as well, with U+FFFD in their place. */
  readonly leniently?: boolean;
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
