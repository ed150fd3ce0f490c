import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom, type Waiting } from '../../src/core/index.js';
import { GraphQLEndpoint } from '../../src/fault-server/graphql/endpoint.js';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { loadPackage } from '../../src/fault-server/missing-package.js';
import { ManualClock } from '../../src/testing/index.js';

const strict = 'application/graphql-response+json; charset=utf-8';
const loose = 'application/json; charset=utf-8';

let server: FaultServer;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  server = await startFaultServer({ clock, journalBodies: 100 });
});
afterEach(() => server.close());

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const fields = { 'content-type': 'application/json', ...headers };
  return fetch(`${server.url}/graphql`, { method: 'POST', headers: fields, body: JSON.stringify(body) });
}

async function asked(query: string, headers: Record<string, string> = {}): Promise<any> {
  return (await post({ query }, headers)).json();
}

describe('/graphql', () => {
  it('answers a query by POST and by GET', async () => {
    const variables = { name: 'you' };
    const query = 'query Hello($name: String!) { hello(name: $name) }';
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const byGet = await fetch(`${server.url}/graphql?${search}`);

    expect(await (await post({ query, variables })).json()).toEqual({ data: { hello: 'hello you' } });
    expect(await byGet.json()).toEqual({ data: { hello: 'hello you' } });
  });

  it.each([
    [strict, 400],
    [loose, 200],
  ])('answers what is no valid document as %s with %i', async (type, status) => {
    const texts = ['{ hello', '{ nothing }', 'subscription { hello }'];
    const answers = await Promise.all(texts.map((query) => post({ query }, { accept: type })));

    for (const answer of answers) {
      expect([answer.headers.get('content-type'), answer.status]).toEqual([type, status]);
      expect(await answer.json()).toEqual({ errors: [expect.objectContaining({ message: expect.any(String) })] });
    }
  });

  it('answers a wrong variable as a request that is wrong', async () => {
    const body = { query: 'query Q($n: Int!) { items(first: $n) { totalCount } }', variables: { n: 'many' } };

    expect((await post(body, { accept: strict })).status).toBe(400);
    expect((await post(body)).status).toBe(200);
  });

  it('answers 200 as soon as there is data, whatever failed', async () => {
    const answer = await post({ query: '{ failAll }' }, { accept: strict });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ data: null });
  });

  it('says where and why a document is wrong', async () => {
    expect((await asked('{ hello')).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_PARSE_FAILED' }, locations: [{ line: 1, column: 8 }] },
    ]);
    expect((await asked('{ nothing }')).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' }, locations: [{ line: 1, column: 3 }] },
    ]);
  });

  it('refuses mutations by GET, other methods, and types of bodies that it does not read', async () => {
    const search = new URLSearchParams({ query: 'mutation { createMessage(text: "a") { id } }' });
    const byGet = await fetch(`${server.url}/graphql?${search}`);
    const byPut = await fetch(`${server.url}/graphql`, { method: 'PUT', body: '{}' });
    const text = await fetch(`${server.url}/graphql`, { method: 'POST', body: '{ hello }' });

    expect([byGet.status, byPut.status, text.status]).toEqual([405, 405, 415]);
    expect(byPut.headers.get('allow')).toBe('GET, POST');
    expect(await text.json()).toMatchObject({ status: 415, detail: '/graphql: Unsupported Media Type' });
  });

  it('tells clients about its schema', async () => {
    const { data } = await asked(getIntrospectionQuery());

    expect(data.__schema.queryType.name).toBe('Query');
    expect(data.__schema.types.map(({ name }: { name: string }) => name)).toContain('ItemConnection');
  });

  it('takes its requests, their time and their faults from the server', async () => {
    server.fail({ route: '/graphql', status: 503, count: 1 });

    expect((await post({ query: '{ hello }' })).status).toBe(503);
    expect((await post({ query: '{ hello }' })).status).toBe(200);
    expect(server.journal.entries({ path: '/graphql' })).toMatchObject([
      { outcome: 'failed', status: 503, faults: ['status'], body: '{"query":"{ hello }"}' },
      { outcome: 'answered', status: 200 },
    ]);
  });
});

describe('its fields', () => {
  it('wait as long as they are asked to, by the clock of the server', async () => {
    const answer = asked('{ a: hello(delay: 3000) b: message(id: 1, delay: 5000) { id } }');
    await expect.poll(() => clock.pending).toBe(3); // both waits, and the time of the request
    await clock.advance(4999);
    expect(server.stats.inFlight).toBe(1);
    await clock.advance(1);

    expect(await answer).toEqual({ data: { a: 'hello world', b: null } });
  });

  it('wait no longer than anybody waits for them', async () => {
    const leaving = new AbortController();
    const body = JSON.stringify({ query: '{ hello(delay: 5000) }' });
    const headers = { 'content-type': 'application/json' };
    const left = fetch(`${server.url}/graphql`, { method: 'POST', headers, body, signal: leaving.signal });
    await expect.poll(() => clock.pending).toBe(2);
    leaving.abort();

    await expect(left).rejects.toThrow('aborted');
    await expect.poll(() => clock.pending).toBe(0);
    expect(server.stats).toMatchObject({ inFlight: 0, abandoned: 1 });
  });

  it('are given up with their request', async () => {
    const answer = post({ query: '{ hello(delay: 60000) }' });
    await expect.poll(() => clock.pending).toBe(2);
    await clock.advance('30s');

    expect((await answer).status).toBe(504);
    expect(clock.pending).toBe(0);
  });

  it('create messages that can be asked for', async () => {
    const { data } = await asked('mutation { createMessage(text: "hi") { id text at } }');
    const { id } = data.createMessage;

    expect(data.createMessage).toEqual({ id: '1', text: 'hi', at: '2026-01-01T00:00:00.000Z' });
    expect(await asked(`{ message(id: ${id}) { text } }`)).toEqual({ data: { message: { text: 'hi' } } });
    expect(await asked('{ message(id: 2) { text } }')).toEqual({ data: { message: null } });
  });

  it('remember the last 1000 messages', async () => {
    const many = Array.from({ length: 80 }, (_, i) => `m${i}: createMessage(text: "x") { id }`).join(' ');
    for (let i = 0; i < 14; i++) await asked(`mutation { ${many} }`);

    expect(await asked('{ message(id: 120) { id } }')).toEqual({ data: { message: null } });
    expect(await asked('{ message(id: 121) { id } }')).toEqual({ data: { message: { id: '121' } } });
  });

  it('give items page by page', async () => {
    const page =
      '{ totalCount nodes { id } edges { node { name } } pageInfo { endCursor hasNextPage hasPreviousPage } }';
    const seen: string[] = [];
    let after = '';
    for (let more = true; more; ) {
      const { items } = (await asked(`{ items(first: 30 ${after}) ${page} }`)).data;
      expect(items.totalCount).toBe(100);
      expect(items.pageInfo.hasPreviousPage).toBe(seen.length > 0);
      expect(items.edges[0].node.name).toBe(`item ${seen.length + 1}`);
      seen.push(...items.nodes.map(({ id }: { id: string }) => id));
      after = `after: "${items.pageInfo.endCursor}"`;
      more = items.pageInfo.hasNextPage;
    }

    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => String(i + 1)));
    expect((await asked(`{ items(${after}) ${page} }`)).data.items).toMatchObject({
      nodes: [],
      pageInfo: { endCursor: null, hasNextPage: false, hasPreviousPage: true },
    });
  });

  it('give single items, and null for those that are not there', async () => {
    expect(await asked('{ a: item(id: 100) { name } b: item(id: 101) { name } c: item(id: "01") { name } }')).toEqual({
      data: { a: { name: 'item 100' }, b: null, c: null },
    });
  });

  const long = 'x'.repeat(1001);

  it.each<[string, string, string]>([
    ['a page that is too long', 'items(first: 51) { totalCount }', 'first must be from 0 to 50'],
    ['a page of less than nothing', 'items(first: -1) { totalCount }', 'first must be from 0 to 50'],
    [
      'a cursor before the first',
      'items(after: "aXRlbTow") { totalCount }',
      'after must be a cursor that was given before',
    ],
    [
      'a cursor with more to it',
      'items(after: "aXRlbTox!") { totalCount }',
      'after must be a cursor that was given before',
    ],
    ['a cursor that is none', 'items(after: "x") { totalCount }', 'after must be a cursor that was given before'],
    ['a delay below nothing', 'hello(delay: -1)', 'delay must be from 0 to 3600000'],
    ['a delay that is too long', 'hello(delay: 3600001)', 'delay must be from 0 to 3600000'],
    ['a long name', `hello(name: "${long}")`, 'name must be at most 1000 characters'],
    ['a long code', `fail(code: "${long}")`, 'code must be at most 1000 characters'],
    ['a long message', `fail(message: "${long}")`, 'message must be at most 1000 characters'],
    ['a long text', `createMessage(text: "${long}") { id }`, 'text must be at most 1000 characters'],
  ])('refuse %s', async (_, field, message) => {
    const { errors } = await asked(`${field.startsWith('create') ? 'mutation' : 'query'} { ${field} }`);

    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it.each<[string, object, string, string[]]>([
    ['be null', { hello: 'hello world', fail: null }, '{ hello fail(code: "NOT_FOUND") }', ['fail']],
    [
      'be null in part',
      { shaky: { good: 'good', bad: null } },
      '{ shaky { good bad(code: "NOT_FOUND") } }',
      ['shaky', 'bad'],
    ],
    [
      'take what they belong to with them',
      { hello: 'hello world', shaky: null },
      '{ hello shaky { good broken(code: "NOT_FOUND") } }',
      ['shaky', 'broken'],
    ],
  ])('fail, and %s', async (_, data, query, path) => {
    expect(await asked(query)).toMatchObject({
      data,
      errors: [{ message: 'failed on command', path, extensions: { code: 'NOT_FOUND' } }],
    });
  });

  it('fail, and take all with them', async () => {
    expect(await asked('{ hello failAll(message: "gone") }')).toMatchObject({
      data: null,
      errors: [{ message: 'gone' }],
    });
  });
});

describe('a mutation', () => {
  const create = 'mutation { createMessage(text: "hi") { id } }';

  it.each(['idempotency-key', 'x-request-id'])('that comes twice under one %s is done once', async (field) => {
    const first = await post({ query: create }, { [field]: 'a' });
    const again = await post({ query: create }, { [field]: 'a' });

    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(await again.text()).toBe(await first.text());
    expect(server.stats).toMatchObject({ replayed: 1, remembered: 1 });
  });

  it('is another one under the same name if it asks for something else, or under another name', async () => {
    const ids = [
      await asked(create, { 'idempotency-key': 'a' }),
      await asked(create.replace('hi', 'ho'), { 'idempotency-key': 'a' }),
      await asked(create, { 'idempotency-key': 'b' }),
      await asked(create),
      await asked(create),
    ].map(({ data }) => data.createMessage.id);

    expect(ids).toEqual(['1', '2', '3', '4', '5']);
  });

  it('whose answer was lost on its way is not done again', async () => {
    server.fail({ kind: 'reset', at: 'body', route: '/graphql', count: 1 });
    await expect(asked(create, { 'idempotency-key': 'a' })).rejects.toThrow();

    expect((await asked(create, { 'idempotency-key': 'a' })).data.createMessage.id).toBe('1');
    expect((await asked(create)).data.createMessage.id).toBe('2');
  });

  it('that failed is done again', async () => {
    const failing = 'mutation { createMessageAndFail(text: "hi", code: "TIMEOUT") { id } }';
    const answers = [
      await asked(failing, { 'idempotency-key': 'a' }),
      await asked(failing, { 'idempotency-key': 'a' }),
    ];

    expect(answers).toMatchObject([
      { errors: [{ extensions: { code: 'TIMEOUT' } }] },
      { errors: [{ extensions: { code: 'TIMEOUT' } }] },
    ]);
    expect((await asked(create)).data.createMessage.id).toBe('3');
  });
});

describe('a batch', () => {
  it('is answered in its order, in one list', async () => {
    const answer = await post([{ query: '{ hello }' }, { query: '{ fail }' }, { query: '{ nothing }' }]);

    expect(answer.headers.get('content-type')).toBe(loose);
    expect(await answer.json()).toMatchObject([
      { data: { hello: 'hello world' } },
      { data: { fail: null }, errors: [{ message: 'failed on command' }] },
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
    expect(server.stats.requests).toBe(1);
  });

  it.each<[string, unknown[], string]>([
    ['nothing in it', [], 'a batch must have 1 to 10 operations (got 0)'],
    ['too many operations', Array(11).fill({ query: '{ hello }' }), 'a batch must have 1 to 10 operations (got 11)'],
  ])('with %s is refused', async (_, body, detail) => {
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail });
  });

  it('is answered in the type that its client wants, and refused if there is none', async () => {
    const body = [{ query: '{ hello }' }, { query: '{ nothing }' }];
    const answers = await Promise.all([strict, 'text/event-stream'].map((accept) => post(body, { accept })));

    expect(answers.map(({ status }) => status)).toEqual([200, 406]);
    expect(answers[0]?.headers.get('content-type')).toBe(strict);
    expect(await answers[1]?.json()).toMatchObject({ status: 406 });
  });

  it('tells of what is no operation in its place', async () => {
    expect(await (await post([null, 'hello', { query: 1 }, { query: '{ hello }' }])).json()).toMatchObject([
      { errors: [{ message: 'Missing body' }] },
      { errors: [{ message: 'Unparsable JSON body' }] },
      { errors: [{ message: 'Invalid query' }] },
      { data: { hello: 'hello world' } },
    ]);
  });
});

describe('its limits', () => {
  it('refuse documents of more than 1000 tokens', async () => {
    const { errors } = await asked(`{ ${'hello '.repeat(1000)} }`);

    expect(errors).toMatchObject([{ message: expect.stringContaining('1000 tokens') }]);
  });

  it('refuse documents that multiply lists or fragments', async () => {
    const wide = Array.from({ length: 40 }, (_, i) => `a${i}: items { ...P }`).join(' ');
    const links = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    const bomb = `{ ...F0 } ${links.join(' ')} fragment F60 on Query { hello }`;

    const page = `fragment P on ItemConnection { edges { node { ${Array.from({ length: 130 }, (_, i) => `b${i}: id`).join(' ')} } } }`;
    const tooMuch = /^the document costs \d+ fields, more than 250000$/;

    expect((await asked(`{ ${wide} } ${page}`)).errors).toMatchObject([{ message: expect.stringMatching(tooMuch) }]);
    expect((await asked(bomb)).errors).toMatchObject([{ message: expect.stringMatching(tooMuch) }]);
  });

  it('let a page of everything through', async () => {
    const { data } = await asked('{ items(first: 50) { edges { cursor node { id name } } nodes { id name } } }');

    expect(data.items.nodes.length).toBe(50);
  });

  it('bound the body, as everywhere', async () => {
    const answer = await post({ query: '{ hello }', variables: { x: 'x'.repeat(2 ** 20) } });

    expect(answer.status).toBe(413);
  });
});

describe('without the packages that it needs', () => {
  it('it says so with 501, and how to get them', async () => {
    const missing = () => loadPackage('/graphql', 'no-such-package', () => import(`no-such-${'package'}`));
    const endpoint = new GraphQLEndpoint(clock, missing);
    const asked = { method: 'POST', url: '/graphql', headers: {}, body: { query: '{ hello }' } };
    const answer = await endpoint.answer(asked, new Patience());

    expect(answer.status).toBe(501);
    expect(JSON.parse(String(answer.body))).toMatchObject({
      status: 501,
      detail: '/graphql needs two packages: npm install graphql graphql-http',
      missing: '/graphql needs the package no-such-package: npm install no-such-package',
    });
  });
});

describe('whatever clients do', () => {
  it('nothing of their requests stays behind', async () => {
    const queries = ['{ hello }', '{ hello(delay: 5000) }', '{ nothing }', '{ a', '{ items { nodes { id } } }'];
    const random = seededRandom(7);
    const pick = () => queries[Math.floor(random.next() * queries.length)] ?? '';
    server.fail({ kind: 'graphqlErrors', rate: 0.3 });
    for (let round = 0; round < 100; round++) await leaveAtAnyMoment(server.port, pick(), random.next());
    await clock.advance('1m');
    await expect.poll(() => server.stats.inFlight).toBe(0);

    expect(server.stats.concurrency).toBe(0);
    expect(clock.pending).toBe(0);
    server.heal();
    expect(await asked('{ hello }')).toEqual({ data: { hello: 'hello world' } });
  });
});

/** Waits for as long as it takes. */
class Patience implements Waiting {
  readonly halt = undefined;

  onHalt(): () => void {
    return () => undefined;
  }
}

/** Sends a part of a request, or all of it, and leaves before, amid or after the answer: by a reset or in an orderly way. */
function leaveAtAnyMoment(port: number, query: string, chance: number): Promise<void> {
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const text = head + body;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text.slice(0, chance < 0.3 ? Math.floor(text.length * chance * 3) : text.length));
      const leave = () => ((chance * 10) % 1 < 0.5 ? socket.resetAndDestroy() : socket.destroy());
      if (chance < 0.6) setImmediate(leave);
      else if (query.includes('delay')) socket.end();
      else socket.once('data', leave);
    });
    socket.on('error', () => resolve()); // a reset that was ours
    socket.once('close', () => resolve());
    if (chance >= 0.6 && query.includes('delay')) resolve(); // it stays until the server has answered
  });
}
