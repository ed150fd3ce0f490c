import {
  type AxiosAdapter,
  type AxiosInstance,
  getAdapter,
  type InternalAxiosRequestConfig,
  isAxiosError,
} from 'axios';
import { enterCall, InvalidOptionsError } from '../../core/index.js';
import { AxiosPolicies } from './axios-policies.js';
import { AxiosRequest } from './axios-request.js';
import { Caller } from './caller.js';
import {
  type ProtectAxiosOptions,
  type ProtectionSettings,
  protectionSettings,
  resilienceSettings,
} from './protection-options.js';
import { discreet } from './refusal.js';

/** What stands around the adapter of an axios instance, until it is taken away. */
export interface AxiosProtection extends Disposable {
  /** The service that the instance calls, in events, metrics and messages. */
  readonly name: string;
  /** Gives the instance back the adapter that it had; requests that are under way keep their protection. May be called again. */
  remove(): void;
}

/**
 * Protects an axios instance that is there already: each of its requests is retried, timed and counted around its adapter, so that interceptors and
 * transforms run once per request, as they do without, and see what came of it in the end.
 *
 * ```ts
 * const api = axios.create({ baseURL: 'https://api.example.com' });
 * protectAxios(api, { name: 'example', timeout: '5s', rateLimit: { limit: 100 } });
 * ```
 */
export function protectAxios(instance: AxiosInstance, options: ProtectAxiosOptions = {}): AxiosProtection {
  checkInstance(instance);
  const settings = protectionSettings(options);
  if (protections.has(instance)) throw wrongUse('protects an instance once: call remove() of its protection first');
  const protection = new InstanceProtection(instance, settings, new AxiosPolicies(settings, options));
  protections.set(instance, protection);
  return protection;
}

type Adapters = NonNullable<AxiosInstance['defaults']['adapter']>;

const protections = new WeakMap<object, InstanceProtection>();

/** The adapters that protections have made, and what each of them stands around. */
const beneath = new WeakMap<object, Adapters>();

/** Where axios looks when nobody says anything. */
const standardAdapters: Adapters = ['xhr', 'http', 'fetch'];

/** The protection of one instance. */
class InstanceProtection implements AxiosProtection {
  readonly #settings: ProtectionSettings;
  readonly #policies: AxiosPolicies;
  readonly #instance: AxiosInstance;
  readonly #adapter: AxiosAdapter;
  readonly #before: Adapters | undefined;
  readonly #interceptor: number;
  #removed = false;

  constructor(instance: AxiosInstance, settings: ProtectionSettings, policies: AxiosPolicies) {
    this.#instance = instance;
    this.#settings = settings;
    this.#policies = policies;
    this.#before = instance.defaults.adapter;
    const adapters = this.#before ?? standardAdapters;
    this.#adapter = this.#around(beneathOf(adapters) ?? adapters); // a child of a protected instance has that one's
    instance.defaults.adapter = this.#adapter;
    const guard = (config: InternalAxiosRequestConfig) => this.#guardOwn(config);
    this.#interceptor = instance.interceptors.request.use(guard, null, { synchronous: true });
  }

  get name(): string {
    return this.#settings.name;
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    protections.delete(this.#instance);
    this.#instance.interceptors.request.eject(this.#interceptor);
    if (this.#instance.defaults.adapter !== this.#adapter) return; // somebody has put theirs around it: it lets all through from now on
    if (this.#before === undefined) Reflect.deleteProperty(this.#instance.defaults, 'adapter');
    else this.#instance.defaults.adapter = this.#before;
  }

  [Symbol.dispose](): void {
    this.remove();
  }

  /** A request with an adapter of its own is protected as well. */
  #guardOwn(config: InternalAxiosRequestConfig): InternalAxiosRequestConfig {
    const { adapter } = config;
    if (adapter !== undefined && beneathOf(adapter) === undefined) config.adapter = this.#around(adapter);
    return config;
  }

  #around(adapters: Adapters): AxiosAdapter {
    const adapter: AxiosAdapter = (config) => this.#send(getAdapter(adapters, config), config);
    beneath.set(adapter, adapters);
    return adapter;
  }

  async #send(adapter: AxiosAdapter, config: InternalAxiosRequestConfig) {
    if (this.#removed) return adapter(config);
    const caller = new Caller(config);
    const resilience = resilienceSettings(config.resilience, this.#settings);
    const request = new AxiosRequest(config, { adapter, resilience, protection: this.#settings, outer: caller.outer });
    const send = this.#policies.send(resilience);
    try {
      const response = await caller.under((signal) =>
        within(caller, () => send(config, request, signal ? { signal } : {})),
      );
      response.data = caller.bind(response.data);
      return request.settle(response);
    } catch (error) {
      const response = isAxiosError(error) ? error.response : undefined;
      request.letGo(response?.data);
      if (response) response.data = caller.bind(response.data);
      throw isAxiosError(error) ? settleError(request, error) : discreet(error);
    }
  }
}

/** Runs something as part of the call around the request, also where only the request's signal tells of it. */
function within<T>({ outer }: Caller, run: () => T): T {
  const before = enterCall(outer);
  try {
    return run();
  } finally {
    enterCall(before);
  }
}

function settleError<
  E extends { config?: InternalAxiosRequestConfig; response?: { config: InternalAxiosRequestConfig } },
>(request: AxiosRequest, error: E): E {
  if (error.response) request.settle(error.response);
  return request.settle(error);
}

function beneathOf(adapter: Adapters): Adapters | undefined {
  return typeof adapter === 'function' ? beneath.get(adapter) : undefined;
}

function checkInstance(instance: unknown): void {
  const { defaults, interceptors } = Object(instance) as Partial<AxiosInstance>;
  if (typeof defaults !== 'object' || typeof interceptors?.request?.use !== 'function') {
    throw wrongUse('takes an axios instance, as axios.create() makes it');
  }
}

function wrongUse(rule: string): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'protectAxios()', rule }, protectAxios);
}
