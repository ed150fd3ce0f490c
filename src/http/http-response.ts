import type { Readable } from 'node:stream';
import type { HttpHeaders } from './http-headers.js';

/** Where an answer came from: the server, the cache, the cache past its time, or the cache after the server said that nothing has changed. */
export type AnsweredFrom = 'network' | 'cache' | 'stale' | 'revalidated';

/** What a response is made of. */
export interface ResponseParts<T> {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  readonly data: T;
  readonly endpoint: string;
  readonly requestId: string | undefined;
  readonly from?: AnsweredFrom;
}

/** What a server answered to a request. */
export class HttpResponse<T> implements ResponseParts<T> {
  readonly status: number;
  readonly statusText: string;
  /** The header fields by their names in lower case. */
  readonly headers: HttpHeaders;
  /** The body, read as its type says: JSON as what it stands for, text as text, anything else as bytes; undefined for none. */
  readonly data: T;
  /** What the request was for, as in metrics. */
  readonly endpoint: string;
  /** The `X-Request-ID` of the answer, or else of the request. */
  readonly requestId: string | undefined;
  readonly from: AnsweredFrom;

  constructor({ status, statusText, headers, data, endpoint, requestId, from = 'network' }: ResponseParts<T>) {
    this.status = status;
    this.statusText = statusText;
    this.headers = headers;
    this.data = data;
    this.endpoint = endpoint;
    this.requestId = requestId;
    this.from = from;
  }

  /** The status is one of 2xx. */
  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The status is one of 4xx; only where `validateStatus` accepts such. */
  get isClientError(): boolean {
    return this.status >= 400 && this.status < 500;
  }

  /** The status is one of 5xx; only where `validateStatus` accepts such. */
  get isServerError(): boolean {
    return this.status >= 500;
  }

  /** The same response with other data. */
  withData<U>(data: U): HttpResponse<U> {
    return new HttpResponse({ ...this, data });
  }
}

/** The response of a request for a stream: whoever has it reads `data` to its end or destroys it. */
export type StreamResponse = HttpResponse<Readable>;
