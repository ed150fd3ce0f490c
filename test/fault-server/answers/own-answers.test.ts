import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type AnswerRequest,
  type FaultServer,
  type OwnAnswers,
  startFaultServer,
} from '../../../src/fault-server/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { Conversation } from '../conversation.js';

const servers: FaultServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serverWith(answers: OwnAnswers, options: object = {}): Promise<FaultServer> {
  const server = await startFaultServer({ answers, ...options });
  servers.push(server);
  return server;
}

/** What came back, header fields by line. */
async function ask({ url }: FaultServer, path: string, method = 'GET', sent: string | Uint8Array = '', headers = {}) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url + path, { method, headers, agent: false }, resolve)
      .on('error', reject)
      .end(sent);
  });
  return { status: answer.statusCode, words: answer.statusMessage, lines: linesOf(answer), body: await text(answer) };
}

function linesOf({ rawHeaders }: IncomingMessage): readonly string[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
}

describe('an answer of one’s own', () => {
  it('is made for each request, from what stands in its path and behind the question mark', async () => {
    const server = await serverWith({
      'GET /quotes/{id}': ({ params, query }) => ({ body: { id: params.id, in: query.get('in') } }),
    });

    expect(await ask(server, '/quotes/a%2Fb%20c?in=EUR')).toMatchObject({
      status: 200,
      body: '{"id":"a/b c","in":"EUR"}',
    });
    expect((await ask(server, '/quotes/')).status).toBe(404);
    expect((await ask(server, '/quotes/a/b')).status).toBe(404);
  });

  it('is the same each time where it is an object', async () => {
    const server = await serverWith({
      '/quotes': { status: 201, statusText: 'As you like it', headers: { 'X-Left': 3 }, body: [] },
    });
    const twice = [await ask(server, '/quotes'), await ask(server, '/quotes', 'PUT')];

    for (const answer of twice) {
      expect(answer).toMatchObject({ status: 201, words: 'As you like it', body: '[]' });
      expect(answer.lines).toContain('x-left: 3');
    }
  });

  it('sees the whole request', async () => {
    let seen: AnswerRequest | undefined;
    const server = await serverWith({
      'POST /files/*': (request) => {
        seen = request;
        return {};
      },
    });
    await ask(server, '/files/a/b%20c?x=1', 'POST', Uint8Array.of(0, 255), {
      'X-Name': 'n',
      'content-type': 'image/png',
    });

    expect(seen).toMatchObject({ method: 'POST', url: '/files/a/b%20c?x=1', path: '/files/a/b%20c' });
    expect(seen?.params).toEqual({ '*': 'a/b c' });
    expect(seen?.params.toString).toBeUndefined();
    expect(seen?.headers['x-name']).toBe('n');
    expect([...(seen?.bytes ?? [])]).toEqual([0, 255]);
  });

  it.each([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['application/x-www-form-urlencoded', 'a=1', 'a=1'],
    [undefined, '', undefined],
  ])('sees the value and the bytes of a body of the type %s', async (type, sent, value) => {
    const seen: unknown[] = [];
    const server = await serverWith({
      'POST /': ({ body, bytes }) => {
        seen.push(body, String(bytes));
        return {};
      },
    });
    await ask(server, '/', 'POST', sent, type === undefined ? {} : { 'content-type': type });

    expect(seen).toEqual([value, sent]);
  });

  const bytes = Uint8Array.from(Buffer.from('Grüße'));
  it.each<[string, unknown, string | undefined, string]>([
    ['a text', 'Grüße', 'text/plain; charset=utf-8', 'content-length: 7'],
    ['bytes', bytes, 'application/octet-stream', 'content-length: 7'],
    ['a buffer of bytes', bytes.buffer, 'application/octet-stream', 'content-length: 7'],
    ['an object', { a: 'ü' }, 'application/json; charset=utf-8', 'content-length: 10'],
    ['null', null, 'application/json; charset=utf-8', 'content-length: 4'],
    ['a date', new Date(0), 'application/json; charset=utf-8', 'content-length: 26'],
    ['nothing', undefined, undefined, 'content-length: 0'],
  ])('carries %s', async (_, body, type, length) => {
    const server = await serverWith({ 'GET /': () => ({ body }), 'GET /same': { body } });
    for (const path of ['/', '/same']) {
      const { lines } = await ask(server, path);

      expect(lines.filter((line) => line.startsWith('content-type'))).toEqual(type ? [`content-type: ${type}`] : []);
      expect(lines).toContain(length);
    }
  });

  it.each<[string, () => unknown]>([
    ['Node', () => Readable.from([Buffer.from('one,'), 'two'])],
    ['the web', () => new Blob(['one,', 'two']).stream()],
    [
      'a generator',
      async function* () {
        yield 'one,';
        yield Buffer.from('two');
      },
    ],
  ])('carries a stream of %s, in chunks or of a length that is told', async (_, body) => {
    const server = await serverWith({
      'GET /chunks': () => ({ body: body() }),
      'GET /length': () => ({ headers: { 'Content-Length': 7 }, body: body() }),
    });
    const [chunks, length] = [await ask(server, '/chunks'), await ask(server, '/length')];

    expect([chunks.body, length.body]).toEqual(['one,two', 'one,two']);
    expect(chunks.lines).toContain('Transfer-Encoding: chunked');
    expect(length.lines).toContain('content-length: 7');
  });

  it('sends a field with a list once for each value, and one that is undefined not at all', async () => {
    const headers = { 'Set-Cookie': ['a=1', 'b=2'], 'content-type': undefined, DATE: undefined };
    const { lines } = await ask(await serverWith({ '/': { headers, body: 'x' } }), '/');

    expect(lines).toEqual(['set-cookie: a=1', 'set-cookie: b=2', 'content-length: 1', 'Connection: close']);
  });

  it('sends texts beyond ASCII in header fields byte by byte', async () => {
    const headers = { 'x-name': 'Gr\xfc\xdfe' };
    const server = await serverWith({
      '/text': { headers, body: 'Grüße' },
      '/stream': () => ({ headers, body: Readable.from(['x']) }),
    });

    for (const path of ['/text', '/stream']) {
      expect((await heardAfter(server, [`GET ${path}`], /\r\n\r\n/)).heard).toContain('x-name: Gr\xfc\xdfe\r\n');
      expect((await ask(server, path, 'HEAD')).lines).toContain('x-name: Gr\xfc\xdfe');
    }
  });

  it.each([204, 304])('has no length with %i, which has no body', async (status) => {
    const { lines, ...answer } = await ask(await serverWith({ '/': { status } }), '/');

    expect(answer).toMatchObject({ status, body: '' });
    expect(lines.join()).not.toMatch(/content-length|Transfer-Encoding/);
  });

  it('answers HEAD as GET without the body, unless HEAD has an answer of its own', async () => {
    const left = vi.fn();
    const stream = () => new Readable({ read() {} }).on('close', left);
    const server = await serverWith({
      'GET /': { body: 'four' },
      'GET /stream': () => ({ body: stream() }),
      'HEAD /own': { headers: { 'x-head': 'own' } },
      'GET /own': {},
    });

    expect(await ask(server, '/', 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      lines: expect.arrayContaining(['content-length: 4']),
    });
    expect((await ask(server, '/stream', 'HEAD')).status).toBe(200);
    await vi.waitFor(() => expect(left).toHaveBeenCalledTimes(1));
    expect((await ask(server, '/own', 'HEAD')).lines).toContain('x-head: own');
  });

  it('keeps the connection for the next request', async () => {
    const server = await serverWith({ '/a': { body: 'first' }, '/b': { body: 'second' } });
    const { heard } = await heardAfter(server, ['GET /a', 'GET /b'], /second/);

    expect(heard).toMatch(/first[\s\S]*second/);
    expect(server.stats.connections.accepted).toBe(1);
  });
});

describe('routes', () => {
  it.each([
    ['GET', '/quotes/latest', 'text'],
    ['GET', '/quotes/1', 'parameter'],
    ['POST', '/quotes/1', 'any method'],
    ['GET', '/quotes/1/notes', 'rest below'],
    ['GET', '/else', 'rest'],
    ['GET', '/', 'rest'],
    ['OPTIONS', '/quotes/latest', 'options'],
    ['GET', '/quotes/l%61test', 'text'],
  ])('that say more go before those that say less: %s %s', async (method, path, body) => {
    const server = await serverWith({
      'GET /*': { body: 'rest' },
      'GET /quotes/*': { body: 'rest below' },
      '/quotes/{id}': { body: 'any method' },
      'GET /quotes/{id}': { body: 'parameter' },
      'GET /quotes/latest': { body: 'text' },
      'OPTIONS /quotes/{any}': { body: 'options' },
    });

    expect((await ask(server, path, method)).body).toBe(body);
  });

  it('go before the paths of the server’s own, and leave their other methods alone', async () => {
    const server = await serverWith({ 'GET /msg': { body: 'mine' }, 'GET /items/{id}': { body: 'mine' } });

    expect((await ask(server, '/msg')).body).toBe('mine');
    expect((await ask(server, '/items/1')).body).toBe('mine');
    expect(JSON.parse((await ask(server, '/msg', 'POST')).body)).toMatchObject({ id: 1 });
  });

  it('leave alone what steers the server, also where they are for all paths', async () => {
    const server = await serverWith({ '/*': { body: 'mine' }, '/{any}': { body: 'mine' } });

    expect((await ask(server, '/faults')).body).toBe('{"faults":[]}');
    expect((await ask(server, '/stats', 'DELETE')).status).toBe(404);
    expect((await ask(server, '/health/unknown')).status).toBe(404);
    expect((await ask(server, '/echo')).body).toBe('mine');
  });

  it('are not on the port that is there for steering alone', async () => {
    const server = await serverWith({ '/quotes': {} }, { controlPort: 0 });

    expect((await fetch(`${server.controlUrl}/quotes`)).status).toBe(404);
  });

  it('are answered with 405 and what they take where the method is another', async () => {
    const server = await serverWith({ 'GET /quotes/{id}': {}, 'PUT /quotes/{id}': {} });
    const { status, lines, body } = await ask(server, '/quotes/1', 'DELETE');

    expect({ status, lines }).toMatchObject({ status: 405, lines: expect.arrayContaining(['allow: GET, HEAD, PUT']) });
    expect(JSON.parse(body)).toMatchObject({ status: 405, detail: '/quotes/1 takes GET, HEAD, PUT' });
  });

  it('may be whole URLs, for clients that take the server for a proxy', async () => {
    const server = await serverWith({ 'GET /quotes/{id}': ({ url, params }) => ({ body: `${params.id} of ${url}` }) });
    const { heard } = await heardAfter(server, ['GET http://api.example.com/quotes/1?a=b'], /a=b$/);

    expect(heard).toContain('1 of http://api.example.com/quotes/1?a=b');
  });
});

describe('FaultServer.answer', () => {
  it('changes the answer to a route, whatever its parameters are called, until the answers are reset', async () => {
    const server = await serverWith({ 'GET /quotes/{id}': { body: 'first' } });
    server.answer('GET /quotes/{quote}', { body: 'second' });
    server.answer('GET /more', { body: 'more' });
    const changed = [(await ask(server, '/quotes/1')).body, (await ask(server, '/more')).body];
    server.resetAnswers();

    expect(changed).toEqual(['second', 'more']);
    expect((await ask(server, '/quotes/1')).body).toBe('first');
    expect((await ask(server, '/more')).status).toBe(404);
  });

  it('changes nothing for a request that is there already', async () => {
    const clock = new ManualClock();
    const server = await serverWith({ '/': { body: 'first' } }, { clock });
    server.fail({ kind: 'latency', latency: 10 });
    const asked = ask(server, '/');
    await vi.waitFor(() => expect(server.stats.concurrency).toBe(1));
    server.answer('/', { body: 'second' });
    await clock.advance(10);

    expect((await asked).body).toBe('first');
  });

  const control =
    'must lie outside /faults, /health, /journal, /metrics, /stats, by which the server itself is steered';
  const parts = 'must have a path of texts, parameters';
  it.each<[unknown, unknown, string]>([
    ['quotes', {}, "route must be a path without a query, such as '/quotes', after one of GET, HEAD, POST,"],
    ['get /quotes', {}, 'route must be a path without a query'],
    ['GET  /quotes', {}, 'route must be a path without a query'],
    ['/quotes?a=1', {}, 'route must be a path without a query'],
    [7, {}, 'route must be a path without a query'],
    [`/${'x'.repeat(500)}`, {}, 'route must be a path without a query'],
    ['GET /faults', {}, `route ${control}`],
    ['/health/live', {}, `route ${control}`],
    ['/f%61ults/x', {}, `route ${control}`],
    ['/a/{id', {}, `route ${parts}`],
    ['/a/{id}.json', {}, `route ${parts}`],
    ['/a/:id', {}, `route ${parts}`],
    ['/{a}/{a}', {}, `route ${parts}`],
    ['/a/*/b', {}, `route ${parts}`],
    [
      '/',
      undefined,
      'answer must be an object with status, statusText, headers and body, or a function that makes one',
    ],
    ['/', Promise.resolve({}), 'answer must be an object with'],
    ['/', new Response('x'), 'answer must be an object with'],
    ['/', { status: 199 }, 'answer.status must be a whole number from 200 to 599, but got 199'],
    ['/', { stauts: 200 }, 'answer.stauts is no option; it takes status, statusText, headers, body'],
    ['/', { statusText: 'a\nb' }, 'answer.statusText must be a text without line breaks'],
    ['/', { headers: { 'a b': 'x' } }, 'answer.headers must be at most 100 header fields'],
    ['/', { headers: { a: 'x\r\ny' } }, 'answer.headers must be'],
    ['/', { headers: { a: {} } }, 'answer.headers must be'],
    ['/', { headers: { ETag: 'x', etag: 'y' } }, 'answer.headers must be'],
    ['/', { headers: { 'Transfer-Encoding': 'chunked' } }, 'answer.headers must be'],
    ['/', { headers: { 'Content-Length': 1 }, body: 'x' }, "answer.headers['content-length'] goes with a stream only"],
    ['/', { status: 204, body: 'x' }, 'answer.body cannot go with status 204, which has none'],
    ['/', { body: 1n }, 'answer.body must be a text, bytes, a stream of these, or something that JSON can hold'],
    ['/', { body: new Map() }, 'answer.body must be'],
    ['/', { body: new Blob(['x']) }, 'answer.body must be'],
    ['/', { body: () => 'x' }, 'answer.body must be'],
    ['/', { body: Readable.from(['x']) }, 'answer.body cannot be a stream, which is read but once: give a function'],
  ])('refuses %s with %o', async (route, answer, sentence) => {
    const server = await serverWith({});

    expect(() => server.answer(route as string, answer as object)).toThrow(`FaultServer.answer: ${sentence}`);
    const entry = `answers[${JSON.stringify(String(route))}]`;
    const start = startFaultServer({ answers: { [String(route)]: answer as object } });
    if (typeof route === 'string')
      await expect(start).rejects.toThrow(`startFaultServer: ${sentence.replace(/^(route|answer)/, () => entry)}`);
    else await expect(start).rejects.toThrow('startFaultServer');
  });

  it.each([7, [], null, new Map()])('refuses answers that are no object: %o', async (answers) => {
    const start = startFaultServer({ answers: answers as never });

    await expect(start).rejects.toThrow('startFaultServer: answers must be an object of answers by their routes');
  });
});

/** What a connection of one's own has heard once it matches. */
async function heardAfter(server: FaultServer, requests: readonly string[], until: RegExp) {
  const conversation = new Conversation(server.port);
  const heard = await conversation.ask(...requests).until(until);
  conversation.leave();
  return { heard };
}
