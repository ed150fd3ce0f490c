import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { Agent, createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { Lifetime } from '../../../src/core/index.js';
import {
  type AnswerFunction,
  type AnswerRequest,
  type FaultServer,
  type FaultServerOptions,
  type OwnAnswer,
  startFaultServer,
} from '../../../src/fault-server/index.js';
import { Patience } from '../../../src/http/patience.js';
import { Transport, type TransportSettings } from '../../../src/http/transport/index.js';
import type { WireRequest } from '../../../src/http/wire.js';
import { ManualClock } from '../../../src/testing/index.js';
import { makeIdentity } from '../../identity.js';

const identity = await makeIdentity();

/** A server on loopback that is closed after the test, with its connections. */
export interface Stage<S extends Server = Server> {
  readonly server: S;
  readonly port: number;
  readonly origin: string;
  /** The connections that it has accepted. */
  readonly sockets: Socket[];
}

/** A server that answers as the test's own API does; it is closed after the test. */
export interface AnswerStage {
  readonly server: FaultServer;
  readonly port: number;
  readonly origin: string;
  /** Connections that it has ever accepted. */
  readonly accepted: number;
  /** Connections that are open now. */
  readonly open: number;
}

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

export function onCleanup(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

async function listen<S extends Server>(server: S, scheme: string, host = '127.0.0.1'): Promise<Stage<S>> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onCleanup(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, sockets, origin: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}` };
}

/** Answers every request in this way. */
export async function answerStage(
  answer: OwnAnswer | AnswerFunction,
  options: FaultServerOptions = {},
): Promise<AnswerStage> {
  const server = await startFaultServer({ answers: { '/*': answer }, requestTimeout: 0, ...options });
  onCleanup(() => server.close());
  return {
    ...{ server, port: server.port, origin: server.url },
    get accepted() {
      return server.stats.connections.accepted;
    },
    get open() {
      return server.stats.connections.open;
    },
  };
}

/** Speaks TLS by the certificate that `trustingAgent` trusts. */
export const overTls: FaultServerOptions = { tls: identity };

/** An answer that never comes. */
export function never(): Promise<OwnAnswer> {
  return new Promise(() => {});
}

/** Answers that come when they are let go, one after the other. */
export function heldAnswers(answer: OwnAnswer = {}) {
  const held: (() => void)[] = [];
  const make = () => new Promise<OwnAnswer>((resolve) => held.push(() => resolve(answer)));
  return { held, make };
}

/** Answers with the body that it was sent. */
export function echo({ bytes }: AnswerRequest): OwnAnswer {
  return { body: bytes };
}

export function httpStage(listener: RequestListener, host?: string): Promise<Stage<HttpServer>> {
  return listen(createServer(listener), 'http', host);
}

export function tlsStage(listener: RequestListener): Promise<Stage<HttpServer>> {
  return listen(createTlsServer(identity, listener), 'https');
}

/** A server that speaks whatever the test says, byte by byte. */
export function tcpStage(accept: (socket: Socket) => void): Promise<Stage> {
  return listen(createTcpServer(accept), 'tcp');
}

/** An agent that trusts the certificate of `tlsStage`. */
export function trustingAgent(): Agent {
  const agent = new Agent({ keepAlive: true, ca: identity.cert, checkServerIdentity: () => undefined });
  onCleanup(() => agent.destroy());
  return agent;
}

export function transportWith(settings: Partial<TransportSettings> = {}): Transport & { readonly clock: ManualClock } {
  const clock = new ManualClock();
  const transport = new Transport({ clock, poolSize: 10, keepAlive: true, proxy: false, ...settings });
  onCleanup(() => transport.close());
  return Object.assign(transport, { clock });
}

/** A patience that nothing but its `end` ends. */
export function patience() {
  const client = new Lifetime();
  return Object.assign(new Patience({ client, once: false }), { end: (reason: unknown) => client.end(reason) });
}

/** A request without limits, but for what is said. */
export function wire(url: string, parts: Partial<WireRequest> = {}): WireRequest {
  const none = Number.POSITIVE_INFINITY;
  return {
    service: 'maps',
    method: 'GET',
    url: 'http://maps.test/shown',
    endpoint: 'GET /',
    requestId: undefined,
    attempt: 1,
    maxAttempts: 1,
    duration: 0,
    timestamp: 0,
    target: new URL(url),
    headers: {},
    data: undefined,
    streaming: false,
    maxBytes: none,
    maxRedirects: 5,
    ...parts,
    limits: { pool: none, connect: none, write: none, read: none, ...parts.limits },
  };
}

/** Waits, in short steps, until something is so. */
export async function until(condition: () => unknown): Promise<void> {
  const give = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > give) throw new Error('it never came about');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The error that something fails with. */
export async function failure(promise: Promise<unknown>): Promise<any> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
