import type { Clock } from '../core/index.js';
import type { RequestFacts } from '../http/index.js';

/** The facts about an operation that is not one HTTP request: it shares one, or goes by a WebSocket. */
export class OperationFacts implements RequestFacts {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly endpoint: string;
  readonly requestId = undefined;
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** The attempt that was begun last. */
  attempt = 1;
  readonly maxAttempts: number;

  constructor(
    {
      service,
      method,
      url,
      endpoint,
      maxAttempts = 1,
    }: Pick<RequestFacts, 'service' | 'method' | 'url' | 'endpoint'> & {
      readonly maxAttempts?: number;
    },
    clock: Clock,
  ) {
    this.service = service;
    this.method = method;
    this.url = url;
    this.endpoint = endpoint;
    this.maxAttempts = maxAttempts;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get duration(): number {
    return this.#clock.now() - this.#startedAt;
  }

  get timestamp(): number {
    return this.#clock.wallNow();
  }
}

/** A URL as errors show it: where it leads, and nothing that could be a secret. */
export function shownUrl(url: URL | string | undefined, path: string): string {
  if (url === undefined) return path.replace(/[?#].*$/s, '');
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
