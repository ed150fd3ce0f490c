import {
  Axios,
  type AxiosAdapter,
  AxiosHeaders,
  type GenericAbortSignal,
  type InternalAxiosRequestConfig,
} from 'axios';
import { type Call, InvalidOptionsError } from '../../core/index.js';
import type { HttpFacts } from '../http-events.js';
import { freshKey, idempotencyHeader, ownKey } from '../idempotency.js';
import { redactUrl } from '../redaction.js';
import { stableId } from '../request-ids.js';
import type { ProtectionSettings, ResilienceSettings } from './protection-options.js';
import { discard } from './unread.js';

/** Builds URLs as axios does, without anybody's defaults. */
const bare = new Axios({});

/** How axios tells URLs from paths. */
const absolute = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;

/** What paths without a server are joined to. */
const nowhere = 'http://localhost';

/** One request of a user's, whatever number of attempts it takes. */
export class AxiosRequest {
  readonly config: InternalAxiosRequestConfig;
  readonly adapter: AxiosAdapter;
  readonly resilience: ResilienceSettings;
  /** Sending it twice may do twice what it asks for. */
  readonly once: boolean;
  readonly #protection: ProtectionSettings;
  readonly #endpoint: string;
  #target: URL | undefined | null = null;
  readonly #attempts = new WeakSet<object>();
  #unread: unknown;

  constructor(
    config: InternalAxiosRequestConfig,
    parts: {
      readonly adapter: AxiosAdapter;
      readonly protection: ProtectionSettings;
      readonly resilience: ResilienceSettings;
      readonly outer: Call | undefined;
    },
  ) {
    this.config = config;
    this.adapter = parts.adapter;
    this.resilience = parts.resilience;
    this.#protection = parts.protection;
    const { idempotent = parts.protection.idempotentMethods.has(this.method) } = parts.resilience;
    this.#giveKey(idempotent, parts.outer);
    this.once = !idempotent && !holdsKey(config.headers.get(idempotencyHeader));
    this.#endpoint = parts.resilience.endpoint ?? endpointOf(config, parts.protection) ?? this.method;
  }

  get method(): string {
    return (this.config.method ?? 'get').toUpperCase();
  }

  /** What circuits, limiters and bulkheads are split by. */
  get host(): string {
    const { url = '', baseURL = '', allowAbsoluteUrls = true, socketPath } = this.config;
    if (socketPath) return socketPath;
    const base = baseURL === '' || (allowAbsoluteUrls && absolute.test(url)) ? url : baseURL;
    return hostOf(base);
  }

  /** What events tell of one attempt. */
  facts({ site, attempt }: Call): HttpFacts {
    const { name: service } = this.#protection;
    const requestId = this.config.headers.get('x-request-id');
    return {
      ...{ site, service, attempt, method: this.method },
      url: this.#url === undefined ? '' : redactUrl(this.#url),
      endpoint: this.#endpoint,
      requestId: typeof requestId === 'string' ? requestId : undefined,
    };
  }

  /** The config of one attempt: adapters change header fields, and one attempt must not see what another did. */
  attempt(signal: GenericAbortSignal, redirected: () => void): InternalAxiosRequestConfig {
    const { config } = this;
    this.letGo();
    const own = config.beforeRedirect;
    const attempt: InternalAxiosRequestConfig = Object.assign(Object.create(Object.getPrototypeOf(config)), config, {
      signal,
      cancelToken: undefined,
      headers: Object.assign(new AxiosHeaders(), config.headers),
      beforeRedirect: (...redirect: Parameters<NonNullable<typeof own>>) => {
        redirected();
        own?.(...redirect);
      },
    });
    this.#attempts.add(attempt);
    return attempt;
  }

  /** Remembers the body of an answer that was a failure: the last one is the user's. */
  failedWith(body: unknown, attempt: Call): void {
    if (attempt.ending) discard(body);
    else this.#unread = body;
  }

  /** Closes the body of the attempt that failed last, unless it is the one that is handed on. */
  letGo(handedOn?: unknown): void {
    if (this.#unread !== handedOn) discard(this.#unread);
    this.#unread = undefined;
  }

  /** Hands on what an adapter made of an attempt as if the user's own config had been sent. */
  settle<T extends { config?: InternalAxiosRequestConfig }>(outcome: T): T {
    if (outcome.config === undefined || !this.#attempts.has(outcome.config)) return outcome;
    this.config.headers = outcome.config.headers;
    outcome.config = this.config;
    return outcome;
  }

  /** Where it goes; worked out for those alone who ask. */
  get #url(): URL | undefined {
    if (this.#target === null) this.#target = targetOf(this.config);
    return this.#target;
  }

  #giveKey(idempotent: boolean, outer: Call | undefined): void {
    const { headers, data } = this.config;
    const { idempotencyKey = this.#protection.idempotencyKey && !idempotent } = this.resilience;
    if (idempotencyKey === false || headers.has(idempotencyHeader)) return;
    const like = { method: this.method, url: this.#url?.href ?? '', data };
    const key =
      idempotencyKey === true ? stableId(outer, 'key', like, freshKey) : ownKey(idempotencyKey, this.#protection.name);
    headers.set(idempotencyHeader, key);
  }
}

/** Fields that are empty, or that somebody has taken away by null or false, let no server recognise anything. */
function holdsKey(field: unknown): boolean {
  return field !== undefined && field !== null && field !== false && String(field).trim() !== '';
}

/** Asked before anything is sent: what went wrong later would look like a failure of the request. */
function endpointOf(config: InternalAxiosRequestConfig, { name, endpoint }: ProtectionSettings): string | undefined {
  if (endpoint === undefined) return undefined;
  const value: unknown = endpoint(config);
  if (typeof value === 'string' && value !== '') return value;
  const fault = { decorator: 'protectAxios()', option: 'endpoint', rule: 'must return a text', site: name };
  throw new InvalidOptionsError({ ...fault, value });
}

/** The host that a request went to last, since most go where the one before went. */
let last = { base: '', host: 'localhost' };

function hostOf(base: string): string {
  if (base !== last.base) last = { base, host: URL.canParse(base, nowhere) ? new URL(base, nowhere).host : '' };
  return last.host;
}

/** Where a request goes; undefined for a URL that its adapter will find fault with, in its own words. */
function targetOf(config: InternalAxiosRequestConfig): URL | undefined {
  const { url, baseURL, allowAbsoluteUrls, params, paramsSerializer } = config;
  try {
    return new URL(
      bare.getUri({
        ...{ url: url ?? '', params, allowAbsoluteUrls: allowAbsoluteUrls ?? true },
        ...(baseURL !== undefined && { baseURL }),
        ...(paramsSerializer !== undefined && { paramsSerializer }),
      }),
      nowhere,
    );
  } catch {
    return undefined;
  }
}
