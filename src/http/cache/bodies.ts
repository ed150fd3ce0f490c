import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream';

/** How many bytes of a body that is given again are handed on at a time. */
const slice = 64 * 1024;

/** Bytes that nobody else holds. */
export function copyOfBytes(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/** A body that is kept, as a stream of parts of one copy. */
export function replay(bytes: Uint8Array): Readable {
  const copy = copyOfBytes(bytes);
  return Readable.from(slicesOf(copy), { objectMode: false, highWaterMark: slice });
}

function* slicesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += slice) yield bytes.subarray(at, at + slice);
}

/** What is told of a stream when it is over: its bytes where it ended well, was read to its end and has no more than allowed. */
export type Recorded = (bytes: Uint8Array | undefined) => void;

/** Hands a stream on and keeps a copy of what passes; `recorded` is told once. */
export function record(body: Readable, maxBytes: number, recorded: Recorded): Readable {
  const recording = new Recording(maxBytes);
  let ended = false;
  recording.once('end', () => {
    ended = true;
    recorded(recording.bytes);
  });
  pipeline(body, recording, () => undefined); // its trouble is that of the recording, whose reader hears of it
  recording.once('close', () => {
    if (!ended) recorded(undefined);
  });
  return recording;
}

/** Reads a stream to its end, for nobody; undefined where it is too long: the rest is not read. Rejects where it breaks off. */
export async function collect(body: Readable, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts = new Parts(maxBytes);
  for await (const chunk of body) {
    parts.add(chunk as Buffer | string);
    if (parts.bytes === undefined) return undefined; // the loop destroys it
  }
  return parts.bytes;
}

class Recording extends Transform {
  readonly #parts: Parts;

  constructor(maxBytes: number) {
    super();
    this.#parts = new Parts(maxBytes);
  }

  get bytes(): Uint8Array | undefined {
    return this.#parts.bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#parts.add(chunk);
    done(null, chunk);
  }
}

/** The copies of what passed; nothing any more once that is too much. */
class Parts {
  readonly #maxBytes: number;
  #copies: Buffer[] | undefined = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): Uint8Array | undefined {
    if (this.#copies === undefined) return undefined;
    const all = Buffer.allocUnsafeSlow(this.#length);
    let at = 0;
    for (const copy of this.#copies) at += copy.copy(all, at);
    return all;
  }

  add(chunk: Buffer | string): void {
    const copy = typeof chunk === 'string' ? Buffer.from(chunk) : copyOfBytes(chunk);
    this.#length += copy.byteLength;
    if (this.#length > this.#maxBytes) this.#copies = undefined;
    this.#copies?.push(copy);
  }
}
