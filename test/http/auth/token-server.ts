import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { TokenRequest } from '../../../src/http/auth/index.js';

/** One request that the server got. */
export interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
  /** The other side has gone before it was answered. */
  readonly gone: Promise<void>;
}

/** What the server does with a request. */
export type Answering = (asked: Asked, response: ServerResponse) => void;

/** A token endpoint on this machine, which answers as the test says. */
export interface TokenServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Answers from now on. */
  answer: Answering;
  /** Resolves when as many requests have come. */
  reached(count: number): Promise<void>;
  /** Connections that are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a server that gives `token-1`, `token-2` and so on, each for an hour. */
export async function startTokenServer(): Promise<TokenServer> {
  const asked: Asked[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const gone = once(response, 'close').then(() => undefined);
    asked.push({ headers: request.headers, form: new URLSearchParams(Buffer.concat(chunks).toString()), gone });
    started.answer(asked.at(-1)!, response);
    for (const { count, resolve } of waiting) if (asked.length >= count) resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const started: TokenServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    answer: (_, response) => grant(response, { access_token: `token-${asked.length}` }),
    reached: (count) =>
      new Promise((resolve) => {
        if (asked.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return started;
}

/** Answers with a token; what is undefined is left out. */
export function grant(response: ServerResponse, body: Record<string, unknown>): void {
  json(response, 200, { token_type: 'Bearer', expires_in: 3600, ...body });
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Sends a request for a token over a connection of its own, and follows no redirect. */
export function sendByNode({ target, headers, data, signal }: TokenRequest): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sending = sendRequest(target, { method: 'POST', headers, signal, agent: false });
    sending.on('error', reject);
    sending.on('response', (answer) => {
      const fields = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      resolve(new Response(Readable.toWeb(answer) as ReadableStream, { status: answer.statusCode!, headers: fields }));
    });
    sending.end(data);
  });
}
