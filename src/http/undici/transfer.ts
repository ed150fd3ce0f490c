import { finished, type Readable } from 'node:stream';
import { AxiosError, AxiosHeaders, type AxiosResponse, getAdapter, type InternalAxiosRequestConfig } from 'axios';
import { bodyStream, bounded, collect, dataOf, encodingOf } from './answer-body.js';
import type { Dispatchers } from './dispatchers.js';
import type { Incoming } from './exchange.js';
import { checkConfig } from './foreign-options.js';
import { type Hop, headersOf, socketPathOf, targetOf, wireHeaders } from './hop.js';
import { Interruption } from './interruption.js';
import { outgoingBody } from './outgoing-body.js';
import { isRedirect, redirected } from './redirect.js';
import { sendHop } from './send-hop.js';
import { axiosErrorFor } from './undici-failure.js';
import type { AdapterSettings } from './undici-options.js';
import { UndiciRequest } from './undici-request.js';

/** One request, with all the redirects that it takes. */
export class Transfer {
  readonly #config: InternalAxiosRequestConfig;
  readonly #settings: AdapterSettings;
  readonly #dispatchers: Dispatchers;
  #request: UndiciRequest | undefined;
  #response: AxiosResponse | undefined;

  constructor(config: InternalAxiosRequestConfig, settings: AdapterSettings, dispatchers: Dispatchers) {
    this.#config = config;
    this.#settings = settings;
    this.#dispatchers = dispatchers;
  }

  async run(): Promise<AxiosResponse> {
    if (this.#config.url?.startsWith('data:')) return getAdapter('http')(this.#config); // nothing is sent
    checkConfig(this.#config, this.#dispatchers);
    const first = await this.#firstHop();
    const interruption = new Interruption(this.#config, this.#settings.clock);
    const response = await this.#answered(first, interruption).catch((error: unknown) => {
      const { reason } = interruption;
      interruption.release();
      throw axiosErrorFor(reason ?? error, {
        config: this.#config,
        request: this.#request ?? new UndiciRequest(first),
        response: this.#response,
      });
    });
    return settled(response); // a body that is handed on can still be ended, whatever the status
  }

  async #firstHop(): Promise<Hop> {
    const config = this.#config;
    const target = targetOf(config);
    const headers = headersOf(config);
    const body = await outgoingBody(config, headers);
    if (target.auth !== undefined) headers.delete('authorization');
    config.headers = headers;
    return { ...target, body, method: (config.method ?? 'get').toUpperCase(), headers: wireHeaders(headers) };
  }

  async #answered(first: Hop, interruption: Interruption): Promise<AxiosResponse> {
    const config = this.#config;
    let hop = first;
    for (let count = 1; ; count++) {
      this.#request = new UndiciRequest(hop);
      const socketPath = count === 1 ? socketPathOf(config) : undefined;
      const parts = { config, interruption, socketPath, dispatchers: this.#dispatchers, clock: this.#settings.clock };
      const incoming = await sendHop(hop, parts);
      if (!isRedirect(incoming, config)) return this.#read(incoming, hop.method, interruption);
      hop = redirected(hop, incoming, { config, first, count });
    }
  }

  async #read(incoming: Incoming, method: string, interruption: Interruption): Promise<AxiosResponse> {
    const { status, statusText, headers } = incoming;
    const config = this.#config;
    const decodes = config.decompress !== false && encodingOf(headers) !== undefined;
    const body = incoming.stream && bodyStream(incoming, config, this.#settings.clock);
    const shown = new AxiosHeaders(headers as never);
    if (decodes && (body !== incoming.stream || method === 'HEAD' || status === 204)) shown.delete('content-encoding');
    const response: AxiosResponse = {
      data: undefined,
      status,
      statusText,
      headers: shown,
      config,
      request: this.#request,
    };
    this.#response = response;
    if (config.responseType === 'stream') {
      response.data = this.#handedOn(body as Readable, response, interruption);
      return response;
    }
    const bytes = body
      ? await this.#collected(body, response, interruption)
      : await (incoming.collected as Promise<Buffer>);
    interruption.release();
    response.data = dataOf(bytes, response);
    return response;
  }

  #collected(body: Readable, response: AxiosResponse, interruption: Interruption): Promise<Buffer> {
    interruption.tell((reason) => body.destroy(reason));
    return collect(body, response);
  }

  /** What the user reads: it may still be aborted, until it is closed. */
  #handedOn(body: Readable, response: AxiosResponse, interruption: Interruption): Readable {
    const handed = bounded(body, response);
    interruption.stopTimer();
    interruption.tell((reason) => handed.destroy(reason));
    finished(handed, () => interruption.release());
    return handed;
  }
}

/** An answer whose status the user does not accept is an error, as axios has it. */
function settled(response: AxiosResponse): AxiosResponse {
  const { config, status, request } = response;
  if (!status || !config.validateStatus || config.validateStatus(status)) return response;
  const code = status >= 400 && status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  throw new AxiosError(`Request failed with status code ${status}`, code, config, request, response);
}
