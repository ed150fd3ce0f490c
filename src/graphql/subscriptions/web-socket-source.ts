import type { Client, SubscribePayload } from 'graphql-ws';
import { watchSignal } from '../../core/index.js';
import type { AnswerReader } from '../answer-reader.js';
import { type GraphQLAnswer, MalformedAnswerError, SubscriptionError } from '../errors/index.js';
import type { OperationRequest } from '../operation-request.js';
import { BoundedQueue } from './bounded-queue.js';
import { connectionError } from './close-codes.js';
import { Connection, type ConnectionParts } from './connection.js';
import type { Source, Subscribed } from './source.js';

/** What subscriptions over a WebSocket need. */
export interface WebSocketParts extends ConnectionParts {
  readonly reader: AnswerReader;
  readonly maxBuffered: number;
}

/** Carries subscriptions over one WebSocket, by the protocol graphql-transport-ws. */
export class WebSocketSource implements Source {
  readonly #parts: WebSocketParts;
  readonly #connection: Connection;

  constructor(parts: WebSocketParts) {
    this.#parts = parts;
    this.#connection = new Connection(parts);
  }

  async *open(subscribed: Subscribed): AsyncGenerator<GraphQLAnswer, void, undefined> {
    const { signal } = subscribed;
    const client = await this.#connection.client();
    if (signal.aborted) throw signal.reason;
    const queue = new BoundedQueue<GraphQLAnswer>(this.#parts.maxBuffered);
    const leave = this.#subscribe(client, subscribed, queue);
    const stopWatching = watchSignal(signal, () => {
      queue.clear();
      queue.end(signal.reason);
      leave();
    });
    try {
      yield* queue;
    } finally {
      stopWatching();
      leave();
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** Fills the queue; the returned function unsubscribes. */
  #subscribe(client: Client, { request, facts, opened }: Subscribed, queue: BoundedQueue<GraphQLAnswer>): () => void {
    const { reader, maxBuffered } = this.#parts;
    const { variables } = request;
    const end = (...error: readonly [unknown?]) => {
      queue.end(...error);
      leave();
    };
    const user = {
      connected: () => {
        try {
          opened();
        } catch (error) {
          end(error);
        }
      },
      closed: (event: unknown) => end(connectionError(facts, event)),
    };
    const unsubscribe = client.subscribe(payloadOf(request), {
      next: (payload) => {
        const answer = reader.read(payload, variables);
        if (answer === undefined)
          end(new MalformedAnswerError(facts, { what: 'received a message that is no GraphQL' }));
        else if (!queue.push(answer)) end(overflow(facts, maxBuffered));
      },
      error: (cause) => {
        const answer = Array.isArray(cause) ? reader.read({ errors: cause }, variables) : undefined;
        end(answer === undefined ? connectionError(facts, cause) : reader.errorFor(facts, answer));
      },
      complete: () => end(),
    });
    const leave = () => {
      unsubscribe();
      this.#connection.leave(user);
    };
    this.#connection.join(user);
    return leave;
  }
}

function payloadOf({ operation, variables }: OperationRequest): SubscribePayload {
  return {
    query: operation.document.text,
    ...(operation.name !== undefined && { operationName: operation.name }),
    ...(variables.json !== undefined && { variables: variables.values }),
  };
}

function overflow(facts: Subscribed['facts'], max: number): SubscriptionError {
  const what = `was ended: ${max} results waited for their reader, and one more came`;
  return new SubscriptionError(facts, { end: 'OVERFLOW', what });
}
