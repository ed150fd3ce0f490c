import type { HttpHeaders } from './http-headers.js';

/** What a server answered to a request. */
export class HttpResponse<T> {
  readonly status: number;
  readonly statusText: string;
  /** The header fields by their names in lower case. */
  readonly headers: HttpHeaders;
  /** The body, read as its type says: JSON as what it stands for, text as text, anything else as bytes. */
  readonly data: T;
  /** The `X-Request-ID` of the answer, or else of the request. */
  readonly requestId: string | undefined;

  constructor(answer: Omit<HttpResponse<T>, 'isSuccess'>) {
    this.status = answer.status;
    this.statusText = answer.statusText;
    this.headers = answer.headers;
    this.data = answer.data;
    this.requestId = answer.requestId;
  }

  /** The status is one of 2xx. */
  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}
