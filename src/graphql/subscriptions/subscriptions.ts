import { type Clock, type Random, systemRandom } from '../../core/index.js';
import { ClientClosedError, type RequestFacts } from '../../http/index.js';
import type { ClientSettings } from '../client-settings.js';
import { socketUrl } from '../endpoint.js';
import { OperationFacts, shownUrl } from '../operation-facts.js';
import type { OperationRequest } from '../operation-request.js';
import { checkOverSocket } from '../request-options.js';
import { eventStream } from './event-stream.js';
import { multipartStream } from './multipart-stream.js';
import { type Reconnection, Resubscription } from './resubscription.js';
import type { Source } from './source.js';
import { StreamSource } from './stream-source.js';
import { GraphQLSubscription } from './subscription.js';
import { WebSocketSource } from './web-socket-source.js';

/** What a subscription is told besides. */
export interface SubscribeChoices {
  readonly signal?: AbortSignal | undefined;
  readonly onReconnect?: ((reconnection: Reconnection) => void) | undefined;
}

/** All subscriptions of one client. */
export class Subscriptions {
  readonly #settings: ClientSettings;
  readonly #clock: () => Clock;
  readonly #random: Random;
  readonly #open = new Set<GraphQLSubscription<unknown>>();
  #source: Source | undefined;

  constructor(settings: ClientSettings, clock: () => Clock, random: Random = systemRandom) {
    this.#settings = settings;
    this.#clock = clock;
    this.#random = random;
  }

  begin(request: OperationRequest, { signal, onReconnect }: SubscribeChoices): GraphQLSubscription<unknown> {
    const { maxAttempts, delay, maxDelay, by } = this.#settings.subscriptions;
    if (by === 'ws') checkOverSocket(request.transport, request.operation.endpoint);
    const facts = this.#factsOf(request);
    const resubscribing = (leaving: AbortSignal) =>
      new Resubscription({
        ...{ source: this.#sourceNow(), request, facts, signal: leaving, onReconnect },
        ...{
          limits: { maxAttempts, delay, maxDelay },
          clock: this.#clock(),
          reader: this.#settings.reader,
          random: this.#random,
        },
      }).results();
    const subscription = new GraphQLSubscription<unknown>(resubscribing, {
      signal,
      over: (ended) => this.#open.delete(ended),
    });
    if (!signal?.aborted) this.#open.add(subscription);
    return subscription;
  }

  /** Ends all of them. */
  close(facts: RequestFacts): void {
    for (const subscription of [...this.#open]) subscription.end(new ClientClosedError(facts));
    this.#source?.close();
  }

  #sourceNow(): Source {
    this.#source ??= this.#newSource();
    return this.#source;
  }

  #newSource(): Source {
    const { subscriptions, webSocket, rest, endpoint, reader } = this.#settings;
    const { by, maxBuffered, idleTimeout } = subscriptions;
    if (by !== 'ws') {
      const format = by === 'sse' ? eventStream : multipartStream;
      return new StreamSource({ rest, path: endpoint.path, format, reader, idleTimeout });
    }
    return new WebSocketSource({
      ...webSocket,
      site: rest.name,
      url: this.#socketUrl(),
      clock: this.#clock,
      reader,
      maxBuffered,
    });
  }

  #factsOf({ operation }: OperationRequest): OperationFacts {
    const { rest, endpoint, subscriptions } = this.#settings;
    const { maxAttempts, by } = subscriptions;
    const url = by === 'ws' ? this.#socketUrl() : endpoint.url;
    return new OperationFacts(
      {
        ...{ service: rest.name, endpoint: operation.endpoint, maxAttempts },
        method: by === 'ws' ? 'SUBSCRIBE' : 'POST',
        url: shownUrl(url, endpoint.path),
      },
      this.#clock(),
    );
  }

  #socketUrl(): string | undefined {
    const { webSocket, endpoint } = this.#settings;
    return webSocket.url ?? (endpoint.url && socketUrl(endpoint.url));
  }
}
