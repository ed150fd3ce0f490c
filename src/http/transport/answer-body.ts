import { Readable } from 'node:stream';
import { Inflow, type InflowParts, type Sink } from './inflow.js';
import type { RoundTrip } from './round-trip.js';

/** A body on its way in. */
export type Incoming = Omit<InflowParts, 'sink' | 'paused'>;

/** Waits for all of a body. */
export function wholeBody(incoming: Incoming): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const sink: Sink = {
      arrived: (chunk) => chunks.push(chunk) > 0,
      ended: () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
      failed: reject,
    };
    new Inflow({ ...incoming, sink, paused: false });
  });
}

/**
 * A body as it comes in, for as long as somebody reads it: nothing more is taken from the connection than is asked for, and the server has
 * the time that the read limit says only while it is.
 */
export class BodyStream extends Readable implements Sink {
  readonly #inflow: Inflow | undefined; // while it is made, a body that is broken already fails
  readonly #trip: RoundTrip;

  /** `empty` says that nothing is to come, so that nobody needs to ask for it. */
  constructor(incoming: Incoming, empty: boolean) {
    super();
    this.#trip = incoming.trip;
    this.#inflow = new Inflow({ ...incoming, sink: this, paused: !empty });
  }

  override _read(): void {
    this.#trip.awaited();
    this.#inflow?.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inflow?.stop();
    const unheard = !this.readableDidRead && this.listenerCount('error') === 0;
    done(unheard ? null : error); // who reads it later finds the error; to throw it at nobody would end the process
  }

  arrived(chunk: Buffer): boolean {
    const welcome = this.push(chunk);
    if (!welcome) this.#trip.unawaited();
    return welcome;
  }

  ended(): void {
    this.push(null);
  }

  failed(reason: unknown): void {
    this.destroy(reason instanceof Error ? reason : new Error(String(reason), { cause: reason }));
  }
}
