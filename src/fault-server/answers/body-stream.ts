import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import type { Waiting } from '../../core/index.js';
import { AnswerError } from './answer-error.js';
import type { StreamedBody } from './own-answer.js';

/** Tells whether a body comes piece by piece. */
export function isStream(body: unknown): body is StreamedBody {
  if (typeof body !== 'object' || body === null) return false;
  return body instanceof ReadableStream || Symbol.asyncIterator in body;
}

/** What is known of a stream beforehand. */
interface StreamTerms {
  readonly route: string;
  /** The bytes that it was said to have; undefined when nothing was said. */
  readonly length: number | undefined;
  /** Told once all of it has been read. */
  readonly whole: () => void;
}

/** The pieces of a stream, in bytes; lets go of the stream, and fails, when nobody waits for them any more. */
export function piecesOf(body: StreamedBody, terms: StreamTerms, waiting: Waiting): AsyncIterable<Uint8Array> {
  const stream = readable(body);
  stream.on('error', () => {
    // told where it is read: it may fail before
  });
  const leave = waiting.onHalt(() => void stream.destroy());
  stream.once('close', leave);
  if (waiting.halt) stream.destroy();
  return bytesIn(stream, terms);
}

/** Lets go of a body that nobody will read. */
export function letGo(body: unknown): void {
  if (!isStream(body)) return;
  const stream = readable(body);
  stream.on('error', () => {
    // nobody is left to tell
  });
  stream.destroy();
}

async function* bytesIn(stream: Readable, { route, length, whole }: StreamTerms): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of stream) {
      const bytes = bytesOf(piece);
      size += bytes.length;
      if (length !== undefined && size > length) throw unequal(length);
      yield bytes;
    }
    if (length !== undefined && size < length) throw unequal(length);
    whole();
  } catch (error) {
    throw new AnswerError(route, error);
  }
}

function unequal(length: number): Error {
  return new RangeError(`the body of an answer must have the ${length} bytes that its content-length says`);
}

function readable(body: StreamedBody): Readable {
  if (body instanceof Readable) return body;
  return body instanceof ReadableStream ? Readable.fromWeb(body) : Readable.from(body);
}

function bytesOf(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece instanceof Uint8Array) return piece;
  throw new TypeError('the body of an answer must come in texts or bytes');
}
