import { markPermanent, markTransient } from '../../core/index.js';
import { HttpClientError, type RequestFacts } from '../../http/index.js';

/** Why a subscription ended: the server refused it, its connection was lost once too often, or nobody read its results. */
export type SubscriptionEnd = 'REFUSED' | 'LOST' | 'OVERFLOW';

/** A subscription ended before the server said that it is complete. */
export class SubscriptionError extends HttpClientError {
  readonly type = 'graphql';
  readonly code: `GRAPHQL_SUBSCRIPTION_${SubscriptionEnd}`;
  /** The close code of the WebSocket; undefined where none was told. */
  readonly closeCode: number | undefined;

  constructor(
    facts: RequestFacts,
    {
      end,
      what,
      closeCode,
      cause,
    }: { end: SubscriptionEnd; what: string; closeCode?: number | undefined; cause?: unknown },
  ) {
    super(facts, `(${facts.endpoint}) ${what}`, cause);
    this.code = `GRAPHQL_SUBSCRIPTION_${end}`;
    this.closeCode = closeCode;
    if (end === 'LOST') markTransient(this);
    else markPermanent(this);
  }

  static {
    const name = { value: 'SubscriptionError', configurable: true, writable: true };
    Object.defineProperty(SubscriptionError.prototype, 'name', name);
  }
}
