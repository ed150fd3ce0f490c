import { type NetworkError, ResponseTooLargeError } from '../errors/index.js';
import type { HttpHeaders } from '../http-headers.js';
import type { WireAnswer, WireRequest } from '../wire.js';
import { BodyStream, type Incoming, wholeBody } from './answer-body.js';
import { sourceOf } from './answer-source.js';
import { encodingsOf, mostEncodings } from './encodings.js';
import { undecodable } from './failure.js';
import type { Leg } from './redirect.js';
import type { RoundTrip } from './round-trip.js';

/** The head of an answer, and its body in whatever form it came. */
export interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  readonly data: unknown;
}

/** What the answer is to. */
export interface Asked {
  readonly request: WireRequest;
  readonly leg: Leg;
  readonly trip: RoundTrip;
  /** The body still is as its Content-Encoding says. */
  readonly encoded: boolean;
}

/** The longest body of a redirect that is read so that its connection can be used again. */
const worthReading = 65_536;

/** An answer whose head is there. */
export class Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly #head: Head;
  readonly #asked: Asked;

  constructor(head: Head, asked: Asked) {
    this.status = head.status;
    this.#head = head;
    this.#asked = asked;
    this.location = this.#field('location');
  }

  /** All of it, or where a stream was asked for, its body as one. */
  async receive(): Promise<WireAnswer> {
    const { request } = this.#asked;
    const incoming = this.#incoming();
    if (incoming.encodings.length > mostEncodings) throw this.#tooOftenEncoded(incoming.encodings.length);
    if (this.#length() > request.maxBytes) throw new ResponseTooLargeError(request, request.maxBytes);
    const body: WireAnswer['body'] = request.streaming
      ? new BodyStream(incoming, this.#isEmpty())
      : await wholeBody(incoming);
    const { status, statusText, headers } = this.#head;
    return { status, statusText, headers: incoming.encodings.length > 0 ? decoded(headers) : headers, body };
  }

  /** Does away with the body: reads it when it is short, and else closes the connection. */
  async discard(): Promise<void> {
    const { request, trip } = this.#asked;
    const known = this.#isEmpty() || this.#field('content-length') !== undefined;
    const short = known && this.#length() <= Math.min(worthReading, request.maxBytes);
    if (short) await wholeBody({ ...this.#incoming(), encodings: [] });
    else trip.end(undefined);
  }

  #incoming(): Incoming {
    const { request, trip, encoded } = this.#asked;
    const encodings = encoded && !this.#isEmpty() ? encodingsOf(this.#field('content-encoding')) : [];
    return { source: sourceOf(this.#head.data, request), encodings, request, trip };
  }

  #tooOftenEncoded(times: number): NetworkError {
    const rule = `it is compressed ${times} times, and at most ${mostEncodings} are undone`;
    return undecodable(this.#asked.request, new Error(rule));
  }

  /** RFC 9112, 6.3: these have no body, whatever their header says. */
  #isEmpty(): boolean {
    const { method } = this.#asked.leg;
    return method === 'HEAD' || this.status === 204 || this.status === 304 || this.#field('content-length') === '0';
  }

  #length(): number {
    return this.#isEmpty() ? 0 : Number(this.#field('content-length') ?? 0);
  }

  #field(name: string): string | undefined {
    const value = this.#head.headers[name];
    return typeof value === 'string' ? value : value?.[0];
  }
}

/** The fields that speak of the body as it was sent. */
function decoded({ 'content-encoding': _encoding, 'content-length': _length, ...rest }: HttpHeaders): HttpHeaders {
  return rest;
}
