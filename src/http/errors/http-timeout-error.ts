import { markTransient } from '../../core/index.js';
import { HttpClientError, nameErrors, type RequestFacts } from './http-client-error.js';

/** The part of a request that can take too long by itself. */
export type TimedPhase = 'pool' | 'connect' | 'write' | 'read';

/** One part of a request took too long; how long an attempt and the whole call take is told by a TimeoutError. */
export abstract class HttpTimeoutError extends HttpClientError {
  readonly type = 'timeout';
  abstract readonly phase: TimedPhase;
  /** The milliseconds that were allowed. */
  readonly timeout: number;
  /** Something of the request may have reached the server; false where that is out of the question. */
  readonly sent: boolean;

  constructor(facts: RequestFacts, timeout: number, what: string, sent: boolean) {
    super(facts, what);
    this.timeout = timeout;
    this.sent = sent;
    markTransient(this);
  }
}

/** No connection came about in time: name resolution, TCP and TLS together. The request never left, unless a redirect led here. */
export class ConnectTimeoutError extends HttpTimeoutError {
  readonly code = 'HTTP_CONNECT_TIMEOUT';
  readonly phase = 'connect';

  constructor(facts: RequestFacts, timeout: number, sent = false) {
    super(facts, timeout, `could not connect within ${timeout} ms`, sent);
  }
}

/** The server took nothing more of the request for too long. */
export class WriteTimeoutError extends HttpTimeoutError {
  readonly code = 'HTTP_WRITE_TIMEOUT';
  readonly phase = 'write';

  constructor(facts: RequestFacts, timeout: number) {
    super(facts, timeout, `could not send anything for ${timeout} ms`, true);
  }
}

/** The server sent nothing for too long: before its answer, or within it. */
export class ReadTimeoutError extends HttpTimeoutError {
  readonly code = 'HTTP_READ_TIMEOUT';
  readonly phase = 'read';

  constructor(facts: RequestFacts, timeout: number) {
    super(facts, timeout, `received nothing for ${timeout} ms`, true);
  }
}

nameErrors(HttpTimeoutError, ConnectTimeoutError, WriteTimeoutError, ReadTimeoutError);
