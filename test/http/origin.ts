import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a server received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers with: a status, or all of it. */
export type Reply =
  | number
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      /** Hangs up instead of answering. */
      readonly reset?: true;
      /** Never answers. */
      readonly hang?: true;
    };

/** A server on the loopback that notes what it receives, and answers as the test says. */
export interface Origin extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly received: Received[];
  /** The answers to come, each for one request; the last one stays. */
  replies: Reply[];
  readonly connections: () => Promise<number>;
}

/** Starts one. */
export async function startOrigin(...replies: Reply[]): Promise<Origin> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    const reply = origin.replies.length > 1 ? origin.replies.shift() : origin.replies[0];
    answer(response, reply ?? 200);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin: Origin = {
    url: `http://${host}`,
    host,
    received,
    replies,
    connections: () =>
      new Promise((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n)))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return origin;
}

function answer(response: ServerResponse, reply: Reply): void {
  const {
    status = 200,
    headers = {},
    body = { ok: true },
    reset,
    hang,
  } = typeof reply === 'number' ? { status: reply } : reply;
  if (hang) return;
  if (reset) {
    response.socket?.resetAndDestroy();
    return;
  }
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.end(status === 204 || status === 304 ? undefined : text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // the client left: what came is what is noted
  }
  return Buffer.concat(chunks).toString();
}
