import { isUnrepeatable, Lifetime, markUnrepeatable } from '../core/index.js';
import type { Runtime } from '../runtime/index.js';
import { ownResponse } from './answer.js';
import type { Credentials } from './auth/index.js';
import { Caching } from './caching.js';
import type { ClientSettings } from './client-settings.js';
import { ClientClosedError } from './errors/index.js';
import { closing, Exchange } from './exchange.js';
import { Guard } from './guard.js';
import type { HttpResponse } from './http-response.js';
import { Identification } from './identification.js';
import { isPerCall, type NextRequest, nest } from './middleware.js';
import { OutgoingRequest } from './outgoing-request.js';
import { credentialsOf } from './token-requests.js';
import { Transport } from './transport/index.js';

/** Everything behind a client: its connections, its credentials, its cache and its policies. */
export class Requests {
  readonly transport: Transport;
  readonly caching: Caching | undefined;
  readonly #settings: ClientSettings;
  readonly #runtime: () => Runtime;
  readonly #lifetime = new Lifetime();
  readonly #closing = new AbortController();
  readonly #open = new Map<OutgoingRequest, (error: ClientClosedError) => void>();
  readonly #credentials: Credentials | undefined;
  readonly #identification: Identification | undefined;
  readonly #exchange: Exchange;
  readonly #all: NextRequest;
  #guard: { readonly runtime: Runtime; readonly guard: Guard } | undefined;

  constructor(settings: ClientSettings, runtime: () => Runtime) {
    const { clock } = runtime();
    const { auth, name, pool, logging, middleware } = settings;
    this.#settings = settings;
    this.#runtime = runtime;
    this.transport = new Transport({
      ...{ clock, poolSize: pool.size, keepAlive: pool.keepAlive, adapter: settings.adapter, proxy: settings.proxy },
      ...{ httpAgent: settings.httpAgent, httpsAgent: settings.httpsAgent },
      isCredential: (name) => this.#hides(name),
    });
    this.#credentials = credentialsOf(auth, { client: name, clock, transport: this.transport });
    this.#identification = this.#credentials && new Identification(this.#credentials);
    this.#exchange = new Exchange({
      ...{ middleware, transport: this.transport, identification: this.#identification, lifetime: this.#lifetime },
      logged: logging.enabled,
      events: () => runtime().events,
    });
    this.caching = this.#cachingOf(settings);
    this.#all = nest(middleware.filter(isPerCall), (request) => this.#through(request as OutgoingRequest));
  }

  /** Asks, and waits for the answer. */
  answer(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    if (this.#lifetime.ending) return Promise.reject(new ClientClosedError(request));
    const { callerSignal } = OutgoingRequest.partsOf(request);
    if (callerSignal?.aborted) return Promise.reject(callerSignal.reason);
    return new Promise((resolve, reject) => {
      this.#open.set(request, reject);
      const over = () => this.#open.delete(request);
      this.#all(request).then(resolve, reject).then(over);
    });
  }

  /** Ends all requests with a ClientClosedError, wherever they are, and closes the connections. */
  close(): void {
    for (const [request, reject] of this.#open) {
      const error = new ClientClosedError(request);
      if (!request.repeatable) markUnrepeatable(error); // it may be on its way
      OutgoingRequest.partsOf(request).course.end(error);
      reject(error);
    }
    this.#closing.abort(closing);
    this.#lifetime.end(closing);
    this.caching?.close();
    this.#credentials?.close?.();
    this.transport.close();
  }

  /** What the request itself has of middleware for the whole call runs within that of the client. */
  #through(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    const own = OutgoingRequest.partsOf(request).middleware.filter(isPerCall);
    return nest(own, (last) => this.#identified(last as OutgoingRequest))(request);
  }

  /** Who asks is found out first where answers are kept or shared. Failing that, the request goes its own way, and fails by the same in its attempt. */
  async #identified(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    const { dedup, course, limits, cache, method } = OutgoingRequest.partsOf(request);
    const identification = this.#identification;
    if (identification === undefined || !(dedup || this.caching)) return this.#cached(request);
    let identified: OutgoingRequest;
    try {
      identified = await identification.ahead(request, this.#lifetime);
    } catch (error) {
      if (course.waited >= limits.total || (this.caching && cache === 'only-if-cached')) throw error;
      const alone = request.set({ dedup: false });
      return method === 'GET' || method === 'HEAD' ? this.#guarded(alone) : this.#cached(alone); // whoever it is may change what is kept
    }
    return this.#cached(identified);
  }

  #cached(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    return this.caching === undefined ? this.#guarded(request) : this.caching.answer(request);
  }

  /** Requests that are merged get a response each. */
  async #guarded(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    const { course, dedup } = OutgoingRequest.partsOf(request);
    try {
      const response = await this.#guardIn(this.#runtime()).run(request);
      course.mayBeDone = true;
      return dedup ? ownResponse(request, response) : response;
    } catch (error) {
      course.mayBeDone ||= isUnrepeatable(error);
      throw error === closing ? new ClientClosedError(request) : error;
    }
  }

  #guardIn(runtime: Runtime): Guard {
    if (this.#guard?.runtime === runtime) return this.#guard.guard;
    const attempt = (request: OutgoingRequest) => this.#exchange.run(request);
    const guard = new Guard(this.#settings, runtime, { attempt, closing: this.#closing.signal });
    this.#guard = { runtime, guard };
    return guard;
  }

  #hides(name: string): boolean {
    return this.#settings.redaction.hides(name) || this.#credentials?.secretNames.includes(name.toLowerCase()) === true;
  }

  #cachingOf({ cache, name }: ClientSettings): Caching | undefined {
    if (cache === undefined) return undefined;
    return new Caching(cache, {
      clock: this.#runtime().clock,
      client: name,
      hides: (name) => this.#hides(name),
      events: () => this.#runtime().events,
      send: (request) => this.#guarded(request),
    });
  }
}
