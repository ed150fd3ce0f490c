import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { NetworkError } from '../errors/index.js';
import type { HttpHeaders } from '../http-headers.js';
import type { WireRequest } from '../wire.js';

/** The body of an answer as a stream, in whatever form an adapter hands it over. */
export function sourceOf(data: unknown, request: WireRequest): Readable {
  if (data instanceof Readable) return data;
  if (data instanceof ReadableStream) return Readable.fromWeb(data);
  const bytes = bytesOf(data);
  if (bytes) return Readable.from(bytes.length > 0 ? [bytes] : []);
  const reason = 'the adapter gave neither bytes nor a stream for the body of the answer';
  throw new NetworkError(request, { code: 'ERR_INVALID_RETURN_VALUE', reason, sent: true });
}

/** The header fields of an answer, in whatever case an adapter writes their names; some stand for fields that are not there by null. */
export function fieldsOf(headers: object): HttpHeaders {
  const fields = Object.entries(headers).filter(
    ([, value]) => value !== undefined && value !== null && value !== false,
  );
  return Object.fromEntries(
    fields.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

function bytesOf(data: unknown): Buffer | undefined {
  if (data === undefined || data === null) return Buffer.alloc(0);
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : undefined;
}
