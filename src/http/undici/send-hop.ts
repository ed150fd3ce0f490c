import { Readable } from 'node:stream';
import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { type Dispatcher, errors } from 'undici';
import type { Clock } from '../../core/index.js';
import { bodyUse, encodingOf, maxContent, tooLarge } from './answer-body.js';
import type { Dispatchers } from './dispatchers.js';
import { type AnswerHead, type BodyUse, Exchange, type Incoming } from './exchange.js';
import type { Hop } from './hop.js';
import { type Interruption, timeoutOf } from './interruption.js';
import { inPieces, withProgress } from './progress.js';
import { basic, proxyFor } from './proxies.js';
import { isRedirect } from './redirect.js';
import { UndiciRequest } from './undici-request.js';

/** What a hop is sent with. */
export interface HopParts {
  readonly config: InternalAxiosRequestConfig;
  readonly interruption: Interruption;
  readonly dispatchers: Dispatchers;
  readonly clock: Clock;
  readonly socketPath: string | undefined;
}

/** Sends a request to one place, and waits for the head of the answer. */
export async function sendHop(hop: Hop, parts: HopParts): Promise<Incoming> {
  const { config, interruption, clock } = parts;
  const { dispatcher, origin, path, headers } = routeOf(hop, parts);
  const wait = connectLimit(parts);
  let stopWaiting = () => undefined as unknown;
  const exchange = new Exchange({
    use: (head) => useOf(head, hop, config),
    maxBytes: maxContent(config),
    tooLarge: () => tooLarge(config, new UndiciRequest(hop)),
    started: () => void stopWaiting(),
    clock,
  });
  if (wait < Number.POSITIVE_INFINITY) {
    stopWaiting = clock.later(wait, () => exchange.abort(connectTimeout(config, hop, wait)));
  }
  interruption.tell((reason) => exchange.abort(reason));
  try {
    if (!interruption.reason) {
      const method = hop.method as Dispatcher.HttpMethod;
      dispatcher.dispatch({ origin, path, method, headers, body: bodyOf(hop, parts), ...limitsOf(config) }, exchange);
    }
    return await exchange.incoming;
  } finally {
    stopWaiting();
  }
}

/** Which way it goes: straight, by a socket, whole to a proxy, or through a tunnel. */
function routeOf({ url, path, headers: own, auth }: Hop, { config, dispatchers, socketPath }: HopParts) {
  const headers = auth === undefined ? own : { ...own, Authorization: basic(auth) };
  const straight = { origin: url.origin, path, headers };
  if (socketPath !== undefined) return { ...straight, dispatcher: dispatchers.socket(socketPath) };
  const proxy = dispatchers.areOwn ? proxyFor(config, url) : undefined;
  if (proxy === undefined) return { ...straight, dispatcher: dispatchers.straight() };
  if (url.protocol === 'https:') return { ...straight, dispatcher: dispatchers.tunnel(proxy) };
  const known = proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'host') ? {} : { Host: url.host };
  return {
    dispatcher: dispatchers.straight(),
    origin: proxy.origin,
    path: url.origin + path,
    headers: { ...headers, ...named, ...known },
  };
}

function useOf(head: AnswerHead, { method }: Hop, config: InternalAxiosRequestConfig): BodyUse {
  if (isRedirect(head, config)) return 'drop';
  const hasNone = method === 'HEAD' || head.status === 204;
  return bodyUse(config, hasNone ? undefined : encodingOf(head.headers));
}

function bodyOf({ body }: Hop, { config, clock }: HopParts): Buffer | Readable | null {
  const opened = body.open();
  const listener = config.onUploadProgress;
  if (opened === null || listener === undefined) return opened;
  const source = opened instanceof Readable ? opened : inPieces(opened);
  const length = Number(config.headers.getContentLength() ?? Number.NaN);
  const total = body.length ?? (Number.isFinite(length) ? length : undefined);
  return withProgress(source, { clock, listener, total, direction: 'upload' });
}

/** Undici counts what is sent slowly and what is answered slowly as one: nothing happens until the head is there. */
function limitsOf(config: InternalAxiosRequestConfig): {
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
} {
  const { read = Number.POSITIVE_INFINITY, write = Number.POSITIVE_INFINITY } = config.phaseLimits ?? {};
  const timeout = timeoutOf(config);
  const idle = config.responseType === 'stream' && timeout > 0 ? Math.min(read, timeout) : read;
  return { headersTimeout: off(Math.min(read, write)), bodyTimeout: off(idle) };
}

/** What is not limited is 0 for undici. */
function off(limit: number): number {
  return limit === Number.POSITIVE_INFINITY ? 0 : Math.ceil(limit);
}

/** Undici does not tell the wait for a free connection from the one for a new one: both together are limited where both can occur. */
function connectLimit({ config, dispatchers }: HopParts): number {
  const { connect = Number.POSITIVE_INFINITY, pool = 0 } = config.phaseLimits ?? {};
  return dispatchers.areBounded ? connect + pool : connect;
}

function connectTimeout(config: InternalAxiosRequestConfig, hop: Hop, after: number): AxiosError {
  const cause = new errors.ConnectTimeoutError(`no connection within ${after} ms`);
  return AxiosError.from(cause, AxiosError.ETIMEDOUT, config, new UndiciRequest(hop));
}
