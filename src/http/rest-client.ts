import { callBehind, markUnrepeatable, surroundingCall } from '../core/index.js';
import { defaultRuntime, type Runtime, runtimeBehind, runtimeOf } from '../runtime/index.js';
import type { HttpCacheStats } from './cache/index.js';
import { tellCaller } from './caller-stack.js';
import { attemptsFor } from './client-policies.js';
import { type ClientSettings, clientSettings } from './client-settings.js';
import { Course } from './course.js';
import { ClientClosedError } from './errors/index.js';
import type { HttpResponse, StreamResponse } from './http-response.js';
import { mapError } from './map-errors.js';
import { type Asked, newRequest } from './new-request.js';
import { describeRefusal } from './refusals.js';
import type { RequestOptions } from './request-options.js';
import { requestSettings } from './request-settings.js';
import { Requests } from './requests.js';
import type { RestClientOptions } from './rest-client-options.js';
import type { TransportStats } from './transport/index.js';
import { validated } from './validation.js';
import { wrongOption } from './wrong-option.js';

/**
 * Calls a service over HTTP, protected: connections are kept and counted, each part of a request has its time, what fails for a moment is repeated
 * where that does no harm, and a host that is down is left alone. A request made inside a protected method ends with that method's attempt, without
 * being told, and leaves the repeating to it where that repeats: make it before the method's first `await`, or hand it the call's signal.
 *
 * ```ts
 * const github = new RestClient({ name: 'github', baseURL: 'https://api.github.com', auth: { bearer: token } });
 * const { data } = await github.get<Repo>('/repos/{owner}/{name}', { params: { owner: 'nodejs', name: 'node' } });
 * ```
 */
export class RestClient implements Disposable {
  readonly #settings: ClientSettings;
  #requests: Requests | undefined;
  #runtime: Runtime | undefined;
  #adopted: Runtime | undefined;
  #closed = false;

  /** Throws InvalidOptionsError for options that it does not know or cannot use. */
  constructor(options: RestClientOptions = {}) {
    this.#settings = clientSettings(options);
  }

  static {
    Object.defineProperty(RestClient.prototype, Symbol.for('holdfast.takesRuntime'), { value: true }); // containers give it theirs
  }

  /** The service that it calls. */
  get name(): string {
    return this.#settings.name;
  }

  get<T = unknown>(path: string, options?: RequestOptions<T>): Promise<HttpResponse<T>> {
    return this.request('GET', path, options);
  }

  head(path: string, options?: RequestOptions<undefined>): Promise<HttpResponse<undefined>> {
    return this.request('HEAD', path, options);
  }

  post<T = unknown>(path: string, options?: RequestOptions<T>): Promise<HttpResponse<T>> {
    return this.request('POST', path, options);
  }

  put<T = unknown>(path: string, options?: RequestOptions<T>): Promise<HttpResponse<T>> {
    return this.request('PUT', path, options);
  }

  patch<T = unknown>(path: string, options?: RequestOptions<T>): Promise<HttpResponse<T>> {
    return this.request('PATCH', path, options);
  }

  delete<T = unknown>(path: string, options?: RequestOptions<T>): Promise<HttpResponse<T>> {
    return this.request('DELETE', path, options);
  }

  /**
   * Sends a request and resolves to its answer, if its status is one of 2xx or what `validateStatus` accepts. Rejects with an HttpClientError: an
   * HttpError for any other status, a NetworkError or an HttpTimeoutError when no answer came, a TimeoutError when the time for it ran out, a
   * CircuitOpenError when its host is left alone, and so on; with what `mapErrors` makes of it; or with the signal's own reason when a signal
   * ended it.
   */
  async request<T = unknown>(method: string, path: string, options: RequestOptions<T> = {}): Promise<HttpResponse<T>> {
    return (await this.#answer({ method, path, options, streaming: false })) as HttpResponse<T>;
  }

  /** The same, with the body as a stream of bytes: resolves once the head of the answer is there. Read it to its end, or destroy it. */
  async stream(method: string, path: string, options: Omit<RequestOptions, 'schema'> = {}): Promise<StreamResponse> {
    return (await this.#answer({ method, path, options, streaming: true })) as StreamResponse;
  }

  /** Its connections, in all and by origin; what waits in its pool is in the registry of bulkheads. */
  get connections(): TransportStats {
    return this.#requests?.transport.stats() ?? { busy: 0, idle: 0, waiting: 0, origins: [] };
  }

  /** What its cache has done; undefined where it has none, or was not used yet. */
  get cacheStats(): HttpCacheStats | undefined {
    return this.#requests?.caching?.cache.stats();
  }

  /** Forgets all that its cache keeps; rejects when the store did not do it. */
  async clearCache(): Promise<void> {
    await this.#requests?.caching?.cache.clear();
  }

  /** Ends all requests with a ClientClosedError and closes the connections that it keeps; may be called again. */
  close(): void {
    this.#closed = true;
    this.#requests?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #answer(asked: Asked): Promise<HttpResponse<unknown>> {
    const settings = requestSettings(asked.options, this.#settings);
    if (asked.streaming && settings.schema)
      throw wrongOption(this.name, 'schema', 'cannot check what is read as a stream');
    const outer = (settings.signal && callBehind(settings.signal)) ?? surroundingCall();
    this.#runtime = this.#runtimeFor(outer && runtimeBehind(outer));
    const attempts = settings.retry ? attemptsFor(this.#settings.policies, outer) : 1;
    const course = new Course(this.#runtime.clock, attempts, outer);
    const request = newRequest(this.#settings, course, { ...asked, settings });
    try {
      if (this.#closed) throw new ClientClosedError(request);
      this.#requests ??= new Requests(this.#settings, () => this.#runtime as Runtime);
      const response = await this.#requests.answer(request);
      if (settings.schema === undefined) return response;
      const { redaction } = this.#settings;
      return await validated(response, settings.schema, { request, redaction });
    } catch (fault) {
      if (settings.signal?.aborted && fault === settings.signal.reason) throw fault; // it is the caller's own
      const error = describeRefusal(fault, request);
      if (course.mayBeDone && !request.repeatable) markUnrepeatable(error);
      tellCaller(error);
      throw mapError(error, this.#settings.mapErrors);
    }
  }

  /** That which it was given; else its container's; else that of the first call that it was used in, for as long as that lives; else the default one. */
  #runtimeFor(around: Runtime | undefined): Runtime {
    const own = this.#settings.runtime ?? runtimeOf(this);
    if (own !== undefined) return own;
    const standard = defaultRuntime();
    const adopted = this.#adopted;
    if (adopted !== undefined && !adopted.disposed) return adopted;
    this.#adopted = around === standard ? undefined : around;
    return this.#adopted ?? standard;
  }
}
