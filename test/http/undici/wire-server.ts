import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** What a server has seen of one request. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server that says what it was sent, and answers in all the ways that adapters must cope with. */
export interface WireServer {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Connections that are open now. */
  readonly sockets: number;
  /** Answers without an end that it is sending. */
  readonly unending: number;
  /** Connections that it has ever accepted. */
  readonly accepted: number;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void;

const plain = Buffer.from('the same text again and again '.repeat(40));

/** How many answers without an end are being sent. */
let unending = 0;

/** Bytes without an end, as long as somebody takes them. */
function endless(): Readable {
  unending++;
  const source = new Readable({
    read() {
      setImmediate(() => this.push(Buffer.alloc(50_000)));
    },
  });
  return source.on('close', () => unending--);
}

const answers: Record<string, Answer> = {
  '/text': (_, response) => response.setHeader('content-type', 'text/plain').end('Grüße'),
  '/bom': (_, response) => response.end('\ufeff{"a":1}'),
  '/json': (_, response) => response.setHeader('content-type', 'application/json').end('{"a":[1,2]}'),
  '/bad-json': (_, response) => response.setHeader('content-type', 'application/json').end('{"a":'),
  '/latin1': (_, response) => response.setHeader('content-type', 'text/plain; charset=latin1').end(Buffer.from([0xe4])),
  '/bytes': (_, response) => response.end(Buffer.from([0, 255, 1, 254])),
  '/empty': (_, response) => response.writeHead(204, { 'x-empty': 'yes' }).end(),
  '/cookies': (_, response) =>
    response
      .writeHead(
        200,
        [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['x-many', '1'],
          ['x-many', '2'],
        ].flat(),
      )
      .end(),
  '/one-cookie': (_, response) => response.setHeader('set-cookie', 'a=1').end(),
  '/names': (_, response) => response.setHeader('X-Name', Buffer.from('Grüße').toString('latin1')).end(),
  '/reason': (_, response) => response.writeHead(200, 'As you like it').end(),
  '/early': (_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('after a hint');
  },
  '/gzip': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(plain)),
  '/x-gzip': (_, response) => response.setHeader('content-encoding', 'X-Gzip').end(gzipSync(plain)),
  '/br': (_, response) => response.setHeader('content-encoding', 'br').end(brotliCompressSync(plain)),
  '/deflate': (_, response) => response.setHeader('content-encoding', 'deflate').end(deflateSync(plain)),
  '/deflate-raw': (_, response) => response.setHeader('content-encoding', 'deflate').end(deflateRawSync(plain)),
  '/identity': (_, response) => response.setHeader('content-encoding', 'identity').end(plain),
  '/corrupt': (_, response) => response.setHeader('content-encoding', 'gzip').end('this was never compressed'),
  '/bomb': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(20_000_000))),
  '/endless': (_, response) => pipeline(endless(), response, () => undefined),
  '/endless-gzip': (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    pipeline(endless(), createGzip({ level: 0 }), response, () => undefined);
  },
  '/rubbish': (request) => request.socket.end('this is no HTTP\r\n\r\n'),
  '/reset': (request) => request.socket.destroy(),
  '/never': () => undefined,
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('only this', () => setTimeout(() => response.destroy(), 20));
  },
  '/stall': (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('only this');
  },
  '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/endless-redirect': (_, response) => {
    response.writeHead(302, { location: '/text' });
    pipeline(endless(), response, () => undefined);
  },
  '/stalling-redirect': (_, response) => {
    response.writeHead(302, { location: '/text', 'content-length': '100' });
    response.write('only this');
  },
  '/stalling-failure': (_, response) => {
    response.writeHead(404, { 'content-length': '100' });
    response.write('only this');
  },
  '/trickle': (_, response) => {
    response.writeHead(200, { 'content-length': '8' });
    const drop = (left: number): unknown =>
      left === 0 ? response.end() : response.write('.', () => setTimeout(drop, 30, left - 1));
    drop(8);
  },
  '/large-redirect': (_, response) => response.writeHead(302, { location: '/text' }).end(Buffer.alloc(300_000)),
  '/to-ftp': (_, response) => response.writeHead(302, { location: 'ftp://127.0.0.1/' }).end(),
  '/no-location': (_, response) => response.writeHead(302).end('nowhere'),
};

/** Starts a server on loopback. */
export async function startWireServer(): Promise<WireServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const { method = '', url = '', headers } = request;
    const body = await text(request).catch(() => '');
    if (request.complete) seen.push({ method, url, headers, body }); // one that was given up has not been made
    response.sendDate = false;
    const [, kind, code] = /^\/(status|redirect)\/(\d+)$/.exec(pathname) ?? [];
    if (kind === 'status')
      response.writeHead(Number(code), { 'content-type': 'application/json' }).end('{"failed":true}');
    else if (kind === 'redirect')
      response.writeHead(Number(code), { location: searchParams.get('to') ?? '/echo' }).end();
    else if (answers[pathname]) answers[pathname](request, response, searchParams);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ method, url, body }));
  });
  let sockets = 0;
  let accepted = 0;
  server.on('connection', (socket) => {
    sockets++;
    accepted++;
    socket.on('close', () => sockets--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, seen, url: `http://127.0.0.1:${port}` },
    get sockets() {
      return sockets;
    },
    get unending() {
      return unending;
    },
    get accepted() {
      return accepted;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
