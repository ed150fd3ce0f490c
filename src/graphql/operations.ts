import type { Clock } from '../core/index.js';
import { ClientClosedError, type RequestFacts } from '../http/index.js';
import { Batches } from './batches.js';
import type { ClientSettings } from './client-settings.js';
import type { ChosenOperation } from './documents/index.js';
import type { GraphQLResult } from './graphql-result.js';
import { OperationFacts, shownUrl } from './operation-facts.js';
import type { OperationRequest } from './operation-request.js';
import { Sender } from './sender.js';
import { type GraphQLSubscription, type SubscribeChoices, Subscriptions } from './subscriptions/index.js';

/** Everything behind a client: how it sends operations, alone or together, and its subscriptions. */
export class Operations {
  readonly #settings: ClientSettings;
  readonly #clock: () => Clock;
  readonly #sender: Sender;
  readonly #batches: Batches | undefined;
  readonly #subscriptions: Subscriptions;
  #closed = false;

  constructor(settings: ClientSettings, clock: () => Clock) {
    const { batch: limits } = settings;
    this.#settings = settings;
    this.#clock = clock;
    this.#sender = new Sender(settings, ({ type, endpoint }) =>
      this.#facts(endpoint, type === 'query' ? settings.method : 'POST'),
    );
    this.#batches =
      limits &&
      new Batches({ settings, limits, clock, sender: this.#sender, facts: (endpoint) => this.#facts(endpoint) });
    this.#subscriptions = new Subscriptions(settings, clock);
  }

  /** To be called where the call around it is the current one. */
  async send(request: OperationRequest): Promise<GraphQLResult<unknown>> {
    this.#checkOpen(request.operation);
    const { sociable } = request;
    return this.#batches !== undefined && sociable ? this.#batches.send(request) : this.#sender.send(request);
  }

  subscribe(request: OperationRequest, choices: SubscribeChoices): GraphQLSubscription<unknown> {
    this.#checkOpen(request.operation);
    return this.#subscriptions.begin(request, choices);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#batches?.close();
    this.#subscriptions.close(this.#facts('subscription'));
    if (this.#settings.ownsRest) this.#settings.rest.close();
  }

  #checkOpen({ endpoint }: ChosenOperation): void {
    if (this.#closed) throw new ClientClosedError(this.#facts(endpoint));
  }

  #facts(endpoint: string, method = 'POST'): RequestFacts {
    const { rest, endpoint: place } = this.#settings;
    return new OperationFacts(
      { service: rest.name, method, url: shownUrl(place.url, place.path), endpoint },
      this.#clock(),
    );
  }
}
