import { pipeline, Readable } from 'node:stream';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import {
  type AnswerFunction,
  type AnswerRequest,
  type FaultServer,
  type OwnAnswer,
  type OwnAnswers,
  startFaultServer,
} from '../../../src/fault-server/index.js';

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
  /** The requests that were made in whole. */
  readonly seen: readonly SeenRequest[];
  /** Connections that are open now. */
  readonly sockets: number;
  /** Answers without an end that it is sending. */
  readonly unending: number;
  /** Connections that it has ever accepted. */
  readonly accepted: number;
  /** Forgets what it has seen. */
  forget(): void;
  close(): Promise<void>;
}

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

/** An answer that does not say what it is. */
function bare(body: OwnAnswer['body'], headers: OwnAnswer['headers'] = {}): OwnAnswer {
  return { headers: { 'content-type': undefined, ...headers }, body };
}

/** An answer of which only the beginning ever comes. */
function stalling(status: number, headers: OwnAnswer['headers'] = {}): AnswerFunction {
  return () => {
    const body = new Readable({ read() {} });
    body.push('only this');
    return { status, headers: { 'content-type': undefined, 'content-length': 100, ...headers }, body };
  };
}

const compressed = (encoding: string, body: Uint8Array | string = plain) =>
  bare(body, { 'content-encoding': encoding });

const answers: OwnAnswers = {
  '/*': ({ method, url, bytes }) => ({ body: { method, url, body: textOf(bytes) } }),
  '/text': { headers: { 'content-type': 'text/plain' }, body: 'Grüße' },
  '/bom': bare('\ufeff{"a":1}'),
  '/json': { headers: { 'content-type': 'application/json' }, body: { a: [1, 2] } },
  '/bad-json': { headers: { 'content-type': 'application/json' }, body: '{"a":' },
  '/latin1': { headers: { 'content-type': 'text/plain; charset=latin1' }, body: Buffer.from([0xe4]) },
  '/bytes': bare(Buffer.from([0, 255, 1, 254])),
  '/empty': { status: 204, headers: { 'x-empty': 'yes' } },
  '/cookies': { headers: { 'set-cookie': ['a=1', 'b=2'], 'x-many': ['1', '2'] } },
  '/one-cookie': { headers: { 'set-cookie': 'a=1' } },
  '/names': { headers: { 'X-Name': Buffer.from('Grüße').toString('latin1') } },
  '/reason': { statusText: 'As you like it' },
  '/early': bare('after a hint'),
  '/gzip': compressed('gzip', gzipSync(plain)),
  '/x-gzip': compressed('X-Gzip', gzipSync(plain)),
  '/br': compressed('br', brotliCompressSync(plain)),
  '/deflate': compressed('deflate', deflateSync(plain)),
  '/deflate-raw': compressed('deflate', deflateRawSync(plain)),
  '/identity': compressed('identity'),
  '/corrupt': compressed('gzip', 'this was never compressed'),
  '/bomb': compressed('gzip', gzipSync(Buffer.alloc(20_000_000))),
  '/endless': () => bare(endless()),
  '/endless-gzip': () =>
    bare(
      pipeline(endless(), createGzip({ level: 0 }), () => undefined),
      { 'content-encoding': 'gzip' },
    ),
  '/never': () => new Promise(() => {}),
  '/cut': bare('only this '.repeat(10)),
  '/stall': stalling(200),
  '/loop': { status: 302, headers: { location: '/loop' } },
  '/endless-redirect': () => ({ status: 302, headers: { location: '/text' }, body: endless() }),
  '/stalling-redirect': stalling(302, { location: '/text' }),
  '/stalling-failure': stalling(404),
  '/trickle': bare('........'),
  '/large-redirect': { status: 302, headers: { location: '/text' }, body: Buffer.alloc(300_000) },
  '/to-ftp': { status: 302, headers: { location: 'ftp://127.0.0.1/' } },
  '/no-location': { status: 302, body: 'nowhere' },
  '/status/304': { status: 304, headers: { 'content-type': 'application/json' } },
  '/status/{status}': ({ params }) => ({ status: Number(params.status), body: { failed: true } }),
  '/redirect/{status}': ({ params, query }) => ({
    status: Number(params.status),
    headers: { location: query.get('to') ?? '/echo' },
  }),
};

/** Starts a server on loopback. */
export async function startWireServer(): Promise<WireServer> {
  const seen: SeenRequest[] = [];
  const noting = Object.entries(answers).map(([route, answer]): [string, AnswerFunction] => [
    route,
    (request) => {
      seen.push(seenIn(request));
      return typeof answer === 'function' ? answer(request) : answer;
    },
  ]);
  const server = await startFaultServer({
    answers: Object.fromEntries(noting),
    requestTimeout: 0,
    journalHeaders: 'allWithSecrets',
    journalBodies: 10_000,
  });
  server.fail([
    { kind: 'informational', route: '/early' },
    { kind: 'malformed', part: 'garbage', route: '/rubbish' },
    { kind: 'reset', route: '/reset' },
    { kind: 'truncate', route: '/cut' },
    { kind: 'drip', bytes: 1, pause: 30, route: '/trickle' },
  ]);
  return {
    ...{ port: server.port, url: server.url },
    get seen() {
      return [...seen, ...resetBy(server)];
    },
    get sockets() {
      return server.stats.connections.open;
    },
    get unending() {
      return unending;
    },
    get accepted() {
      return server.stats.connections.accepted;
    },
    forget: () => {
      seen.length = 0;
      server.journal.clear();
    },
    close: () => server.close(),
  };
}

function seenIn({ method, url, headers, bytes }: AnswerRequest): SeenRequest {
  return { method, url, headers, body: textOf(bytes) };
}

/** Requests whose connections were reset before anybody could answer them. */
function resetBy(server: FaultServer): readonly SeenRequest[] {
  const entries = server.journal.entries({ path: '/reset' });
  return entries.map(({ method, path, query, headers, body = '' }) => {
    return { method, url: query === '' ? path : `${path}?${query}`, headers, body };
  });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
