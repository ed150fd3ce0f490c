import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type AnswerRequest,
  type FaultServer,
  type FaultServerOptions,
  type OwnAnswers,
  startFaultServer,
} from '../../../src/fault-server/index.js';
import { attempt } from '../attempt.js';
import { Conversation } from '../conversation.js';

const servers: FaultServer[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answers: OwnAnswers, options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = await startFaultServer({ ...options, answers });
  servers.push(server);
  return server;
}

/** What a server hears of one request that is written by hand, and what it answers. */
async function heardOf(lines: readonly string[], sent = '') {
  const heard: AnswerRequest[] = [];
  const server = await serverWith({
    '/*': (request) => {
      heard.push(request);
      return { body: 'own' };
    },
  });
  const [first, ...fields] = lines;
  const head = [`${first} HTTP/1.1`, 'host: test', 'connection: close', `content-length: ${sent.length}`, ...fields];
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`${head.join('\r\n')}\r\n\r\n${sent}`));
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
  return { answer, heard: heard.map(({ path, params, body, bytes }) => ({ path, params, body, text: String(bytes) })) };
}

/** Waits until the server counts so. */
const counted = (server: FaultServer, numbers: object) => vi.waitFor(() => expect(server.stats).toMatchObject(numbers));

describe('an API of one’s own is asked whatever a request is like:', () => {
  it.each<[string, readonly string[], string, unknown]>([
    ['JSON that is empty', ['DELETE /a', 'content-type: application/json'], '', undefined],
    ['JSON that is broken', ['POST /a', 'content-type: application/json'], '{"a":', '{"a":'],
    [
      'JSON of a media type of its own',
      ['PATCH /a', 'content-type: application/merge-patch+json'],
      '{"a":1}',
      { a: 1 },
    ],
    ['JSON with a charset', ['POST /a', 'content-type: Application/JSON;charset=utf-8'], '[1]', [1]],
    ['JSON as text', ['POST /a', 'content-type: text/json-like'], '[1]', '[1]'],
    ['a type that is none', ['POST /a', 'content-type: ;;;'], 'x', 'x'],
    ['no type', ['POST /a'], 'x', 'x'],
    ['a body of GET', ['GET /a', 'content-type: application/json'], '{"a":1}', { a: 1 }],
    ['a body of a method that few know', ['PROPFIND /a'], '<x/>', '<x/>'],
    ['a QUERY without a type', ['QUERY /a'], 'q', 'q'],
  ])('%s', async (_, lines, sent, body) => {
    const { answer, heard } = await heardOf(lines, sent);

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*own$/);
    expect(heard).toEqual([{ path: '/a', params: { '*': 'a' }, body, text: sent }]);
  });

  it.each([
    ['/a%zz', 'a%zz'],
    ['/a%ff', 'a%ff'],
    ['/a%00b', 'a\0b'],
    ['/a%2Fb', 'a/b'],
    ['/x/../faults', 'x/../faults'],
    ['//faults', '/faults'],
    ['/faults%2Fx', 'faults/x'],
    ['/FAULTS', 'FAULTS'],
    [`/items/${'x'.repeat(2000)}`, `items/${'x'.repeat(2000)}`],
  ])('for %s', async (path, rest) => {
    expect((await heardOf([`GET ${path}`])).heard).toEqual([
      { path, params: { '*': rest }, body: undefined, text: '' },
    ]);
  });

  it('gets a property that JSON calls __proto__ as that, and no other prototype', async () => {
    const { heard } = await heardOf(['POST /a', 'content-type: application/json'], '{"__proto__":{"admin":true}}');

    expect(heard[0]?.body).not.toHaveProperty('admin');
  });
});

describe('the body of a request for an answer of one’s own', () => {
  it.each<[string, object]>([
    ['says', { 'content-length': 11 }],
    ['turns out', { 'transfer-encoding': 'chunked' }],
  ])('is refused where it %s to be too large, and its connection is not used on', async (_, headers) => {
    const make = vi.fn(() => ({}));
    const server = await serverWith({ '/': make }, { bodyLimit: 10 });
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${server.url}/`, { method: 'POST', headers: { ...headers } }, (answer) => {
        resolve([answer.statusCode, answer.headers.connection]);
        answer.resume();
      })
        .on('error', reject)
        .end('x'.repeat(11));
    });

    expect(status).toEqual([413, 'close']);
    expect(make).not.toHaveBeenCalled();
    expect(server.journal.entries()).toMatchObject([{ status: 413 }]);
    await counted(server, { concurrency: 0, connections: { open: 0 } });
  });

  it('may have as many bytes as allowed', async () => {
    const server = await serverWith({ 'POST /': ({ bytes }) => ({ body: bytes.length }) }, { bodyLimit: 10 });

    expect(await (await fetch(server.url, { method: 'POST', body: 'x'.repeat(10) })).json()).toBe(10);
  });

  it('that breaks off is one of a client that left', async () => {
    const make = vi.fn(() => ({}));
    const server = await serverWith({ '/': make });
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nhalf');
    });
    await counted(server, { connections: { open: 1 } });
    for (let turns = 0; turns < 50; turns++) await turn();
    socket.destroy();

    await counted(server, { abandoned: 1, concurrency: 0, connections: { open: 0 } });
    expect(make).not.toHaveBeenCalled();
  });
});

describe('an answer of one’s own that goes wrong late', () => {
  // What was made too late could not be let go of, and its error was nobody's: the process died of it.
  it('is nobody’s where its stream belongs to somebody else', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    let answer = (_: object) => {};
    const late = new Promise<object>((resolve) => {
      answer = resolve;
    });
    const server = await serverWith({ '/': () => late });
    const conversation = new Conversation(server.port).ask('GET /');
    await counted(server, { busyWorkers: 1 });
    conversation.leave();
    await counted(server, { abandoned: 1 });
    const body = new Blob(['x']).stream();
    body.getReader();
    answer({ body });
    for (let turns = 0; turns < 5; turns++) await turn();

    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  // Node prints a warning's `detail`, and whoever inspects an error its fields and its cause.
  it('shows what it was told to nobody but its client', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    async function* pieces() {
      yield 'begun';
      throw new Error('of t0p');
    }
    const server = await serverWith({ '/': () => ({ body: pieces() }) });
    await attempt(`${server.url}/`);
    await counted(server, { concurrency: 0 });

    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0]?.[0]).not.toHaveProperty('detail');
    expect(inspect(warned.mock.calls[0]?.[0], { showHidden: true })).not.toContain('t0p');
  });
});

describe('an answer of one’s own', () => {
  it('is not aborted by its end where it is a stream', async () => {
    const signals: AbortSignal[] = [];
    const server = await serverWith({
      '/': ({ signal }) => {
        signals.push(signal);
        return { body: Readable.from(['all', ' of it']) };
      },
    });
    await attempt(`${server.url}/`);
    await counted(server, { answered: 1, concurrency: 0, connections: { open: 0 } });

    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('is the same as when it was given, whatever becomes of that', async () => {
    const [list, bytes] = [[1], Buffer.from('first')];
    const server = await serverWith({ '/list': { body: list }, '/bytes': { body: bytes } });
    list.push(2);
    bytes.fill('x');

    expect(await (await fetch(`${server.url}/list`)).json()).toEqual([1]);
    expect(await (await fetch(`${server.url}/bytes`)).text()).toBe('first');
  });

  it.each([
    ['by itself', undefined],
    ['drop by drop', { kind: 'drip' } as const],
    ['drop by drop from its head on', { kind: 'drip', head: true, bytes: 1000 } as const],
  ])('has no date where it shall have none, and no length where it has no body: %s', async (_, fault) => {
    const headers = { date: undefined };
    const server = await serverWith({
      '/200': { headers },
      '/204': { status: 204, headers },
      '/304': { status: 304, headers },
    });
    if (fault) server.fail(fault);
    const heads: string[] = [];
    for (const path of ['/200', '/204', '/304']) {
      const conversation = new Conversation(server.port).ask(`GET ${path}`);
      heads.push((await conversation.until(/\r\n\r\n/)).toLowerCase());
      conversation.leave();
    }

    expect(heads.join()).not.toContain('date:');
    expect(heads.map((head) => head.includes('content-length'))).toEqual([true, false, false]);
  });

  it('may be an object of another realm', async () => {
    const { runInNewContext } = await import('node:vm');
    const server = await serverWith({
      '/': runInNewContext('({ status: 201, headers: { a: "b" }, body: { c: [1] } })'),
    });

    expect(await attempt(`${server.url}/`)).toEqual({ status: 201, body: '{"c":[1]}' });
  });
});

describe('routes of one’s own', () => {
  // Of three routes, one shorter than the others, each went before the next and the last before the first.
  it('go by what they say, not by when they were given, next to shorter ones', async () => {
    const answers: OwnAnswers = {
      'POST /a/{id}': { body: 'id' },
      'GET /a': { body: 'short' },
      '/a/b': { body: 'text' },
    };
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const entries = Object.entries(answers);
      const server = await serverWith(Object.fromEntries(order.map((index) => entries[index]!)));

      expect(await attempt(`${server.url}/a/b`, { method: 'POST' })).toEqual({ status: 200, body: 'text' });
    }
  });

  it('may be texts that no URL can hold, which nobody asks for', async () => {
    const server = await serverWith({
      '/\ud800': { body: 'nobody' },
      '/a%2Fb': { body: 'one part' },
      '/a/b': { body: 'two' },
    });

    expect(await attempt(`${server.url}/a%2fb`)).toMatchObject({ body: 'one part' });
    expect(await attempt(`${server.url}/a/b`)).toMatchObject({ body: 'two' });
  });
});
