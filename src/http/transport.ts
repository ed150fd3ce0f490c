import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type AxiosInstance, type AxiosResponse, create, isAxiosError } from 'axios';
import { NetworkError } from './http-errors.js';
import type { HttpHeaders } from './http-headers.js';
import type { OutgoingRequest } from './outgoing-request.js';
import type { Patience } from './patience.js';
import { isSecret } from './redaction.js';

/** An answer before anybody has read its body. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  readonly bytes: Buffer;
}

/** Sends requests by axios, over connections that are kept alive. */
export class Transport {
  readonly #axios: AxiosInstance;
  readonly #owned: readonly { destroy(): void }[];

  constructor(agents: { readonly httpAgent: HttpAgent | undefined; readonly httpsAgent: HttpsAgent | undefined }) {
    const httpAgent = agents.httpAgent ?? new HttpAgent({ keepAlive: true });
    const httpsAgent = agents.httpsAgent ?? new HttpsAgent({ keepAlive: true });
    this.#owned = [httpAgent, httpsAgent].filter((agent) => agent !== agents.httpAgent && agent !== agents.httpsAgent);
    this.#axios = create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      responseType: 'arraybuffer',
      transformRequest: [],
      transformResponse: [],
      validateStatus: () => true,
    });
  }

  /** Sends one request and waits for the whole answer, whatever its status; a NetworkError says that none came. */
  async send(request: OutgoingRequest, signal: Patience): Promise<RawAnswer> {
    try {
      return rawAnswer(await this.#axios.request<Buffer>(this.#config(request, signal)));
    } catch (error) {
      throw isAxiosError(error) ? networkError(request, error) : error;
    }
  }

  /** Closes all connections of its own agents. */
  close(): void {
    for (const agent of this.#owned) agent.destroy();
  }

  #config({ method, target, headers, data }: OutgoingRequest, signal: Patience) {
    const type = data === undefined ? { 'content-type': false } : undefined; // axios would call nothing a form
    const sensitiveHeaders = Object.keys(headers).filter(isSecret); // these stay behind when a redirect leaves the host
    return { method, url: target.href, headers: { ...headers, ...type }, data, signal, sensitiveHeaders };
  }
}

function rawAnswer({ status, statusText, headers, data }: AxiosResponse<Buffer>): RawAnswer {
  return { status, statusText, headers: { ...headers } as HttpHeaders, bytes: data };
}

/** What axios says, without the request that it hangs on its errors: that one knows all credentials. */
function networkError(request: OutgoingRequest, { code, message, cause, response }: Failure): NetworkError {
  if (response && cause === undefined) return new NetworkError(request, 'ECONNRESET', 'the answer broke off');
  return new NetworkError(request, (cause as Failure | undefined)?.code ?? code ?? 'ERR_NETWORK', message, cause);
}

interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly cause?: unknown;
  readonly response?: unknown;
}
