import { Readable } from 'node:stream';
import type { AxiosResponse } from 'axios';
import type { HttpHeaders } from '../http-headers.js';
import type { Patience } from '../patience.js';
import type { WireAnswer, WireRequest } from '../wire.js';
import { signalFor } from './adapter-signal.js';
import { Answer } from './answer.js';
import { fieldsOf } from './answer-source.js';
import { type AskAxios, askByAdapter, askByHttp, handsOverEncoded, type LegConfig } from './ask-axios.js';
import { Connections, type TransportStats } from './connections.js';
import { acceptEncoding } from './encodings.js';
import { failureOf, provesUnsent } from './failure.js';
import { type Leg, nextLeg } from './redirect.js';
import { bodyOf } from './request-body.js';
import { RoundTrip } from './round-trip.js';
import type { TransportSettings } from './transport-settings.js';

/**
 * Sends requests by axios, over connections that are kept alive. It follows redirects itself: what is beneath axios for that keeps all bodies
 * in memory, and does not wait for those who take them.
 */
export class Transport {
  readonly #settings: TransportSettings;
  readonly #connections: Connections;
  readonly #askAxios: AskAxios;
  readonly #encoded: boolean;
  /** What axios or Node would add by itself. */
  readonly #unset: Readonly<Record<string, string | false>>;
  /** The same for all but forms, whose type names a boundary that axios draws. */
  readonly #untyped: Readonly<Record<string, string | false>>;
  readonly #isCredential: (name: string) => boolean;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    this.#connections = new Connections(settings);
    const { adapter, decompress = true, keepAlive } = settings;
    const ask = adapter === undefined ? askByHttp : askByAdapter;
    this.#askAxios = ask(settings, this.#connections);
    this.#encoded = handsOverEncoded(settings);
    const close = keepAlive ? undefined : { connection: 'close' };
    this.#unset = { 'user-agent': false, 'accept-encoding': decompress && acceptEncoding, ...close };
    this.#untyped = { ...this.#unset, 'content-type': false };
    this.#isCredential = settings.isCredential ?? (() => false);
  }

  /**
   * Sends one request and resolves to its answer, whatever the status. Rejects with a NetworkError, an HttpTimeoutError, a PoolTimeoutError, a
   * ResponseTooLargeError or a RedirectError; with the reason of `patience` when that ends; with the error of the stream that is its body.
   */
  async send(request: WireRequest, patience: Patience): Promise<WireAnswer> {
    let leg: Leg = request;
    for (let followed = 0; ; followed++) {
      if (patience.aborted) throw givenUp(request, patience);
      const trip = this.#trip(request, leg, patience);
      try {
        const answer = await this.#ask(request, leg, { trip, patience });
        const redirection = { request, followed, isCredential: this.#isCredential };
        const next = nextLeg(leg, answer, redirection);
        if (next === undefined) {
          const received = await answer.receive();
          return followed === 0 ? received : { ...received, target: leg.target };
        }
        await answer.discard();
        leg = next;
      } catch (error) {
        trip.end(trip.aborted ? trip.reason : failureOf(error, request, patience.sent));
        throw trip.reason;
      }
    }
  }

  /** How many connections there are, by origin. */
  stats(): TransportStats {
    return this.#connections.stats();
  }

  /** Closes all connections, also the busy ones, but for those of agents that were given. */
  close(): void {
    this.#connections.close();
  }

  #trip(request: WireRequest, leg: Leg, patience: Patience): RoundTrip {
    const { clock, maxHeaderSize } = this.#settings;
    const origin = leg.target.origin;
    return new RoundTrip({ clock, connections: this.#connections, maxHeaderSize, request, origin, patience });
  }

  async #ask(request: WireRequest, leg: Leg, { trip, patience }: Asking): Promise<Answer> {
    const { adapter } = this.#settings;
    const sent = patience.sent;
    if (adapter) patience.sent = true; // it does not show when
    try {
      const answer: AxiosResponse<unknown> = await this.#askAxios(this.#config(request, leg, trip));
      const { status, statusText, headers, data } = answer;
      return new Answer(
        { status, statusText, headers: adapter ? fieldsOf(headers) : ({ ...headers } as HttpHeaders), data },
        { request, leg, trip, encoded: this.#encoded },
      );
    } catch (error) {
      if (adapter && !sent && provesUnsent(error)) patience.sent = false;
      throw error;
    }
  }

  #config(request: WireRequest, leg: Leg, trip: RoundTrip): LegConfig {
    const { method, target } = leg;
    const { data, length } = this.#settings.adapter
      ? { data: leg.data }
      : bodyOf(leg.data, leg.headers['content-length']);
    const unset = data instanceof FormData ? this.#unset : this.#untyped;
    const known = length === undefined ? unset : { ...unset, 'content-length': length };
    const headers = { ...known, ...leg.headers };
    const config = { method, url: target.href, headers, data, signal: trip, transport: trip };
    const { adapter } = this.#settings;
    if (!adapter) return config;
    const maxContentLength = Number.isFinite(request.maxBytes) ? request.maxBytes : -1;
    const responseType = request.streaming ? 'stream' : 'arraybuffer';
    const signal = signalFor(adapter, trip);
    return { ...config, transport: undefined, signal, maxContentLength, responseType, phaseLimits: request.limits };
  }
}

/** Why nothing is sent; a stream that was to be the body has nobody left to close it. */
function givenUp({ data }: WireRequest, { reason }: Patience): unknown {
  if (data instanceof Readable) data.destroy();
  return reason;
}

interface Asking {
  readonly trip: RoundTrip;
  readonly patience: Patience;
}
