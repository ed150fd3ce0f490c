import type { Clock, EventBus } from '../core/index.js';
import type { HttpFacts } from './http-events.js';
import type { OutgoingRequest } from './outgoing-request.js';

/** Tells of one request, to those who listen. */
export class Announcement {
  readonly #events: EventBus;
  readonly #clock: Clock;
  readonly #request: OutgoingRequest;
  readonly #site: string;
  readonly #startedAt: number;

  constructor(events: EventBus, clock: Clock, request: OutgoingRequest, site: string) {
    this.#events = events;
    this.#clock = clock;
    this.#request = request;
    this.#site = site;
    this.#startedAt = clock.now();
    const channel = events.channel('http.requested');
    if (channel.heard) channel.emit(this.#facts());
  }

  answered(status: number): void {
    const channel = this.#events.channel('http.answered');
    if (channel.heard) channel.emit({ ...this.#facts(), status, duration: this.#elapsed() });
  }

  failed(error: unknown): void {
    const channel = this.#events.channel('http.failed');
    if (channel.heard) channel.emit({ ...this.#facts(), error, duration: this.#elapsed() });
  }

  #facts(): HttpFacts {
    const { service, method, url } = this.#request;
    return { site: this.#site, service, method, url };
  }

  #elapsed(): number {
    return this.#clock.now() - this.#startedAt;
  }
}
