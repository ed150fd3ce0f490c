import type { Readable, Transform } from 'node:stream';
import { ResponseTooLargeError } from '../errors/index.js';
import type { WireRequest } from '../wire.js';
import { decodersFor } from './encodings.js';
import { brokenOff, undecodable } from './failure.js';
import type { Receiver, RoundTrip } from './round-trip.js';

/** Takes the body of an answer, piece by piece. */
export interface Sink {
  /** Tells whether more is welcome at once; otherwise `resume` asks for it. */
  arrived(chunk: Buffer): boolean;
  ended(): void;
  failed(reason: unknown): void;
}

/** A body that comes in, and to whom it goes. */
export interface InflowParts {
  readonly source: Readable;
  /** What is to be taken off, in this order. */
  readonly encodings: readonly string[];
  readonly request: WireRequest;
  readonly trip: RoundTrip;
  readonly sink: Sink;
  /** Nobody has asked for it yet. */
  readonly paused: boolean;
}

/** Reads the body of an answer: decompresses it, counts it before and after, and notices when it breaks off. */
export class Inflow implements Receiver {
  readonly #parts: InflowParts;
  #paused: boolean;
  #decoders: readonly Transform[] = [];
  /** What comes out in the end; undefined before it is known how to decompress. */
  #tail: Readable | undefined;
  #arrived = 0;
  #decoded = 0;
  #over = false;

  constructor(parts: InflowParts) {
    const { source, encodings, trip, paused } = parts;
    this.#parts = parts;
    this.#paused = paused;
    trip.answered(this);
    if (!paused) trip.awaited();
    source.on('error', (error) => this.#broken(error));
    source.on('close', () => this.#broken());
    if (source.destroyed) this.#broken(source.errored);
    else if (encodings.length > 0) this.#decode();
    else this.#pour(source, (chunk) => this.#count(chunk));
  }

  /** Nothing more is waited for: all of it is here, or what is here still has to be decompressed. */
  get busy(): boolean {
    return this.#parts.source.readableEnded || this.#decoders.some((decoder) => decoder.writableLength > 0);
  }

  /** Lets more of it in. */
  resume(): void {
    this.#paused = false;
    this.#tail?.resume();
  }

  /** Gives the body up. */
  fail(reason: unknown): void {
    if (this.#over) return;
    this.stop();
    this.#parts.sink.failed(reason);
  }

  /** Closes all that is still open. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.source.destroy();
    for (const decoder of this.#decoders) decoder.destroy();
    this.#parts.trip.over();
  }

  #broken(error?: unknown): void {
    const { source, trip, request } = this.#parts;
    if (error || !source.readableEnded) this.fail(trip.aborted ? trip.reason : brokenOff(request, trip.fault ?? error));
  }

  /** A body without a byte is encoded in no way, whatever its header says: so the decoders are made for its first byte. */
  #decode(): void {
    const { source, encodings, request, trip } = this.#parts;
    source.once('end', () => {
      if (this.#tail === undefined) this.#end();
    });
    const look = (): void => {
      const first: Buffer | null = source.read();
      if (first === null) return;
      source.off('readable', look).unshift(first);
      this.#decoders = decodersFor(encodings, first[0] ?? 0);
      for (const decoder of this.#decoders) {
        decoder.on('error', (error) => this.fail(undecodable(request, error))).on('drain', () => trip.digested());
      }
      source.on('data', (chunk) => this.#count(chunk));
      this.#pour(
        this.#decoders.reduce<Readable>((from, to) => from.pipe(to), source),
        (chunk) => this.#measure(chunk),
      );
    };
    source.on('readable', look);
  }

  #pour(tail: Readable, count: (chunk: Buffer) => void): void {
    this.#tail = tail;
    if (this.#paused) tail.pause();
    tail.on('data', (chunk: Buffer) => {
      count(chunk);
      if (!this.#over && !this.#parts.sink.arrived(chunk)) this.#pause();
    });
    tail.once('end', () => this.#end());
  }

  #pause(): void {
    this.#paused = true;
    this.#tail?.pause();
  }

  #count(chunk: Buffer): void {
    this.#arrived += chunk.length;
    this.#parts.trip.heard();
    if (this.#arrived > this.#parts.request.maxBytes) this.#tooLarge();
  }

  #measure(chunk: Buffer): void {
    this.#decoded += chunk.length;
    if (this.#decoded > this.#parts.request.maxBytes) this.#tooLarge();
  }

  #tooLarge(): void {
    this.fail(new ResponseTooLargeError(this.#parts.request, this.#parts.request.maxBytes));
  }

  #end(): void {
    if (this.#over) return;
    const { complete } = this.#parts.source as Readable & { readonly complete?: boolean };
    if (complete === false) this.fail(brokenOff(this.#parts.request));
    else this.#finish();
  }

  #finish(): void {
    this.#over = true;
    this.#parts.trip.over();
    this.#parts.sink.ended();
  }
}
