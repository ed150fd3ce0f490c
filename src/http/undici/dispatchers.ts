import { Agent, type Dispatcher, errors, ProxyAgent } from 'undici';
import type { HttpProxy } from './proxies.js';
import type { AdapterSettings } from './undici-options.js';

/** The most ways to servers whose connections are kept at a time; a config that names ever new proxies ends with those. */
const maxWays = 100;

/** The dispatchers of an adapter: one for requests that go straight to their servers, one for each tunnel and each Unix socket. */
export class Dispatchers {
  readonly #settings: AdapterSettings;
  readonly #own = new Map<string, Dispatcher>();
  #closed: Promise<void> | undefined;

  constructor(settings: AdapterSettings) {
    this.#settings = settings;
  }

  /** They are the adapter's own, and not the user's. */
  get areOwn(): boolean {
    return this.#settings.dispatcher === undefined;
  }

  /** Requests may have to wait for a connection that is in use. */
  get areBounded(): boolean {
    return !this.areOwn || this.#settings.connections !== undefined;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** For requests that go straight to their servers, or whole to a proxy. */
  straight(): Dispatcher {
    return this.#settings.dispatcher ?? this.#way('', () => new Agent(this.#options));
  }

  socket(socketPath: string): Dispatcher {
    return this.#way(
      `socket ${socketPath}`,
      () => new Agent({ ...this.#options, connect: { socketPath, timeout: 0 } }),
    );
  }

  /** Through a proxy that sees nothing of the requests. */
  tunnel({ origin, authorization }: HttpProxy): Dispatcher {
    const token = authorization === undefined ? {} : { token: authorization };
    return this.#way(
      `tunnel ${origin} ${authorization}`,
      () => new ProxyAgent({ ...this.#options, ...token, uri: origin }),
    );
  }

  /** Ends what is under way and closes all connections of its own; may be called again. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([...this.#own.values()].map((dispatcher) => dispatcher.destroy())).then(
      () => undefined,
    );
    return this.#closed;
  }

  #way(name: string, make: () => Dispatcher): Dispatcher {
    const known = this.#own.get(name);
    if (this.#closed) throw new errors.ClientDestroyedError(); // a redirect may come after the end
    if (known) this.#own.delete(name); // it moves to the end: that of the ones used last
    const dispatcher = known ?? make();
    this.#own.set(name, dispatcher);
    if (this.#own.size > maxWays) this.#forget();
    return dispatcher;
  }

  /** What is under way may finish. */
  #forget(): void {
    const [name, oldest] = [...this.#own][0] as [string, Dispatcher];
    this.#own.delete(name);
    void oldest.close();
  }

  /** Undici has limits of its own where nobody says anything, and axios has none: what is asked of a request says it. */
  get #options(): Agent.Options {
    const { connections, pipelining, keepAliveTimeout } = this.#settings;
    return {
      ...{ pipelining, keepAliveTimeout, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } },
      ...(connections !== undefined && { connections }),
    };
  }
}
