import { markPermanent, markTransient } from '../../core/index.js';
import { isPermanentCode } from '../permanence.js';
import { HttpClientError, nameErrors, type RequestFacts } from './http-client-error.js';

/** No answer arrived, or not all of it: the connection failed, or there never was one. */
export class NetworkError extends HttpClientError {
  readonly type = 'network';
  /** The code of the system, such as `ECONNRESET` or `ENOTFOUND`. */
  readonly code: string;
  /** Something of the request may have reached the server; false where that is out of the question. */
  readonly sent: boolean;

  constructor(
    facts: RequestFacts,
    { code, reason, sent, cause }: { code: string; reason: string; sent: boolean; cause?: unknown },
  ) {
    super(facts, `failed: ${reason}`, cause);
    this.code = code;
    this.sent = sent;
    if (isPermanentCode(code)) markPermanent(this);
    else markTransient(this);
  }
}

nameErrors(NetworkError);
