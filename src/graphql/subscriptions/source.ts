import type { RequestFacts } from '../../http/index.js';
import type { GraphQLAnswer } from '../errors/index.js';
import type { OperationRequest } from '../operation-request.js';

/** One subscription, as those see it who carry it. */
export interface Subscribed {
  readonly request: OperationRequest;
  readonly facts: RequestFacts;
  /** Aborted when nobody waits for results any more. */
  readonly signal: AbortSignal;
  /** To be called once the server can be heard. */
  readonly opened: () => void;
}

/** Carries subscriptions over one kind of connection. */
export interface Source {
  /** Subscribes once: gives results until the server says that there are no more, and throws when it is lost before. */
  open(subscribed: Subscribed): AsyncIterable<GraphQLAnswer>;
  close(): void;
}
