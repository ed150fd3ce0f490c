import { pipeline, Readable, Transform } from 'node:stream';
import type { AxiosProgressEvent } from 'axios';
import type { Clock } from '../../core/index.js';

/** How often progress is told at most: three times a second, as axios does it. */
const interval = 1000 / 3;

/** What progress is told of. */
export interface ProgressOptions {
  readonly clock: Clock;
  readonly listener: (event: AxiosProgressEvent) => void;
  readonly direction: 'upload' | 'download';
  /** How many bytes there are in all, where that is known. */
  readonly total: number | undefined;
}

/** A stream with the same bytes, which tells how far it has come; its source is destroyed with it. */
export function withProgress(source: Readable, options: ProgressOptions): Readable {
  const progress = new Progress(options);
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      progress.moved(chunk.length);
      done(null, chunk);
    },
    flush(done) {
      progress.finished();
      done();
    },
  });
  return pipeline(source, counted, () => undefined) as unknown as Readable; // what fails is told by the stream itself
}

/** A stream of bytes that are all there, in pieces, so that there is progress to tell of. */
export function inPieces(bytes: Buffer): Readable {
  const size = 64 * 1024;
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(pieces, { objectMode: false });
}

class Progress {
  readonly #options: ProgressOptions;
  readonly #startedAt: number;
  #loaded = 0;
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  moved(bytes: number): void {
    this.#loaded += bytes;
    const now = this.#options.clock.now();
    if (now - this.#toldAt >= interval) this.#tell(now);
  }

  /** The last event says that all is there, unless one has said so. */
  finished(): void {
    if (this.#told < this.#loaded) this.#tell(this.#options.clock.now());
  }

  #tell(now: number): void {
    const { listener, direction, total } = this.#options;
    const loaded = total === undefined ? this.#loaded : Math.min(this.#loaded, total);
    const elapsed = (now - this.#startedAt) / 1000;
    const rate = elapsed > 0 ? loaded / elapsed : undefined;
    const event: AxiosProgressEvent = {
      loaded,
      bytes: loaded - this.#told,
      lengthComputable: total !== undefined,
      [direction]: true,
    };
    this.#told = this.#loaded;
    this.#toldAt = now;
    if (total !== undefined) Object.assign(event, { total, ...(total > 0 && { progress: loaded / total }) });
    if (rate !== undefined && rate > 0) {
      Object.assign(event, { rate, ...(total !== undefined && { estimated: (total - loaded) / rate }) });
    }
    listener(event);
  }
}
