import { Lifetime } from '../core/index.js';
import { defaultRuntime } from '../runtime/index.js';
import { Announcement } from './announcement.js';
import { readAnswer } from './answer.js';
import { ClientClosedError, HttpTimeoutError } from './http-errors.js';
import type { HttpResponse } from './http-response.js';
import { OutgoingRequest } from './outgoing-request.js';
import { Patience } from './patience.js';
import {
  type ClientSettings,
  clientSettings,
  type RequestOptions,
  type RestClientOptions,
  requestSettings,
} from './rest-client-options.js';
import { type RawAnswer, Transport } from './transport.js';

const closed = Symbol('the client is closed');

/**
 * Calls a service over HTTP, over connections that it keeps alive. A request made inside a protected method ends with
 * that method's attempt, without being told: make it before the method's first `await`, or hand it the call's signal.
 *
 * ```ts
 * const github = new RestClient({ name: 'github', baseURL: 'https://api.github.com', timeout: '5s' });
 * const { data } = await github.get<Repo>('/repos/nodejs/node');
 * ```
 */
export class RestClient implements Disposable {
  readonly #settings: ClientSettings;
  readonly #transport: Transport;
  readonly #lifetime = new Lifetime();

  constructor(options: RestClientOptions = {}) {
    this.#settings = clientSettings(options);
    this.#transport = new Transport(this.#settings);
  }

  /** The service that it calls. */
  get name(): string {
    return this.#settings.name;
  }

  get<T = unknown>(path: string, options?: RequestOptions): Promise<HttpResponse<T>> {
    return this.request('GET', path, options);
  }

  head(path: string, options?: RequestOptions): Promise<HttpResponse<undefined>> {
    return this.request('HEAD', path, options);
  }

  post<T = unknown>(path: string, options?: RequestOptions): Promise<HttpResponse<T>> {
    return this.request('POST', path, options);
  }

  put<T = unknown>(path: string, options?: RequestOptions): Promise<HttpResponse<T>> {
    return this.request('PUT', path, options);
  }

  patch<T = unknown>(path: string, options?: RequestOptions): Promise<HttpResponse<T>> {
    return this.request('PATCH', path, options);
  }

  delete<T = unknown>(path: string, options?: RequestOptions): Promise<HttpResponse<T>> {
    return this.request('DELETE', path, options);
  }

  /**
   * Sends a request and resolves to its answer, if the status is one of 2xx. Rejects with an HttpError for any other
   * status, a NetworkError when no answer came, an HttpTimeoutError when time ran out, and with the signal's own reason
   * when a signal ended it.
   */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse<T>> {
    const { clock, runtime = defaultRuntime() } = this.#settings;
    const settings = requestSettings(options, this.#settings);
    const request = new OutgoingRequest(this.#settings, method, path, settings);
    const patience = new Patience({
      clock,
      timeout: settings.timeout,
      signal: settings.signal,
      client: this.#lifetime,
    });
    const announcement = new Announcement(runtime.events, clock, request, patience.site);
    const answer = await this.#send(request, patience).catch((error) => {
      announcement.failed(error);
      throw error;
    });
    announcement.answered(answer.status);
    patience.heard(answer);
    return readAnswer(request, answer, clock.wallNow());
  }

  /** Ends all requests with a ClientClosedError and closes the connections that it keeps; may be called again. */
  close(): void {
    this.#lifetime.end(closed);
    this.#transport.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #send(request: OutgoingRequest, patience: Patience): Promise<RawAnswer> {
    try {
      if (patience.aborted) throw patience.reason;
      return await this.#transport.send(request, patience);
    } catch (error) {
      throw this.#failure(error, request, patience);
    } finally {
      patience.release();
    }
  }

  #failure(error: unknown, request: OutgoingRequest, { aborted, reason, timedOutAfter }: Patience): unknown {
    if (!aborted) return error;
    if (timedOutAfter !== undefined) return new HttpTimeoutError(request, timedOutAfter);
    return reason === closed ? new ClientClosedError(request) : reason;
  }
}
