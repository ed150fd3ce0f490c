import { pipeline, Readable, Transform } from 'node:stream';

/** How much is written to a connection at once, so that one can see it go: a chunk shows no progress before all of it is taken. */
const slice = 65_536;

/** A body as it is written. */
export interface RequestBody {
  readonly data: unknown;
  /** For what is written in slices, and does not tell. */
  readonly length?: number;
}

/**
 * Cuts large bodies into slices, which also spares TLS the encryption of all of it in advance; and holds streams to the length that a header field
 * states, if one does.
 */
export function bodyOf(data: unknown, stated: string | undefined): RequestBody {
  if (data instanceof Readable) return { data: stated === undefined ? data : heldTo(Number(stated), data) };
  const bytes = typeof data === 'string' && data.length > slice / 4 ? Buffer.from(data) : data;
  if (!(bytes instanceof Uint8Array) || bytes.length <= slice) return { data };
  return { data: Readable.from(slicesOf(bytes)), length: bytes.length };
}

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += slice) yield bytes.subarray(start, start + slice);
}

/** What is too much would be taken for the next request on the connection, and what is missing for the beginning of that. */
function heldTo(length: number, data: Readable): Readable {
  let left = length;
  const held = new Transform({
    transform(chunk: Uint8Array, _, done) {
      left -= chunk.length;
      if (left >= 0) done(null, chunk);
      else done(otherLength(length));
    },
    flush: (done) => done(left === 0 ? null : otherLength(length)),
  });
  return pipeline(data, held, () => undefined); // what fails is told by the stream itself
}

function otherLength(length: number): Error {
  const error = new Error(`the stream of its body does not have the ${length} bytes that its Content-Length states`);
  return Object.assign(error, { code: 'ERR_HTTP_CONTENT_LENGTH_MISMATCH' });
}
