import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type AnswerRequest, type Fault, type OwnAnswer, startFaultServer } from '../../../src/fault-server/index.js';
import type { TokenRequest } from '../../../src/http/auth/index.js';

/** One request that the server got. */
export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
  /** The other side has gone before it was answered. */
  readonly gone: Promise<void>;
}

/** How the server answers a request. */
export type Answering = (asked: Asked) => OwnAnswer | Promise<OwnAnswer>;

/** A token endpoint on this machine, which answers as the test says. */
export interface TokenServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Answers from now on. */
  answer: Answering;
  /** Distorts the answers from now on. */
  fail(fault: Fault): void;
  /** Resolves when as many requests have come. */
  reached(count: number): Promise<void>;
  /** Connections that are open. */
  connections(): number;
  stop(): Promise<void>;
}

/** Starts a server that gives `token-1`, `token-2` and so on, each for an hour. */
export async function startTokenServer(): Promise<TokenServer> {
  const asked: Asked[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = await startFaultServer({ answers: { 'POST /token': answered }, requestTimeout: 0 });
  const started: TokenServer = {
    url: `${server.url}/token`,
    asked,
    answer: () => grant({ access_token: `token-${asked.length}` }),
    fail: (fault) => server.fail(fault),
    reached: (count) =>
      new Promise((resolve) => {
        if (asked.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    connections: () => server.stats.connections.open,
    stop: () => server.close(),
  };
  function answered({ headers, body, signal }: AnswerRequest) {
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const one = { headers, form: new URLSearchParams(String(body)), gone };
    asked.push(one);
    for (const { count, resolve } of waiting) if (asked.length >= count) resolve();
    return started.answer(one);
  }
  return started;
}

/** An answer with a token; what is undefined is left out. */
export function grant(body: Record<string, unknown>): OwnAnswer {
  return json(200, { token_type: 'Bearer', expires_in: 3600, ...body });
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers = {}): OwnAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
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
