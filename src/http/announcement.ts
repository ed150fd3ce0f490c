import type { EventBus } from '../core/index.js';
import type { Course } from './course.js';
import type { HttpFacts } from './http-events.js';
import type { WireRequest } from './wire.js';

/** Tells of one attempt, to those who listen. */
export class Announcement {
  readonly #events: EventBus;
  readonly #request: WireRequest;
  readonly #course: Course;
  readonly #startedAt: number;
  readonly #attempt: number;

  constructor(events: EventBus, request: WireRequest, course: Course) {
    this.#events = events;
    this.#request = request;
    this.#course = course;
    this.#startedAt = course.clock.now();
    this.#attempt = request.attempt;
    const channel = events.channel('http.requested');
    if (channel.heard) channel.emit(this.#facts());
  }

  answered(status: number): void {
    const channel = this.#events.channel('http.answered');
    if (channel.heard) channel.emit({ ...this.#facts(), status, duration: this.#elapsed() });
  }

  failed(error: unknown, cancelled: boolean): void {
    const channel = this.#events.channel('http.failed');
    if (channel.heard) channel.emit({ ...this.#facts(), error, cancelled, duration: this.#elapsed() });
  }

  #facts(): HttpFacts {
    const { service, method, url, endpoint, requestId } = this.#request;
    return { site: this.#course.outer?.site ?? '', service, method, url, endpoint, requestId, attempt: this.#attempt };
  }

  #elapsed(): number {
    return this.#course.clock.now() - this.#startedAt;
  }
}
