import { nameError } from '../../core/index.js';
import { BulkheadTimeoutError } from '../../policies/bulkhead/index.js';
import { noteFacts, type RequestFacts } from './http-client-error.js';

/**
 * All connections were in use, and none became free in time; nothing was sent. It belongs to the HttpClientErrors too, and is a refusal: not
 * repeated, and neutral for circuits further out.
 */
export class PoolTimeoutError extends BulkheadTimeoutError {
  static override readonly family: string = 'PoolTimeoutError';
  readonly type = 'timeout';
  readonly phase = 'pool';
  readonly sent = false;

  /** `after` are the milliseconds that it waited. */
  constructor(facts: RequestFacts, after: number, cause?: Error) {
    super({ site: facts.service, bulkhead: facts.service, after });
    this.message = `${facts.method} ${facts.url} found no free connection within ${after} ms`;
    if (cause) Object.defineProperty(this, 'cause', { value: cause, configurable: true, writable: true });
    noteFacts(this, facts);
  }

  /** The milliseconds that were allowed. */
  get timeout(): number {
    return this.after;
  }

  static {
    nameError(PoolTimeoutError);
  }
}
