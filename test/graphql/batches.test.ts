import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPermanent } from '../../src/core/index.js';
import { GraphQLClient, type GraphQLClientOptions } from '../../src/graphql/index.js';
import { protect, Runtime } from '../../src/runtime/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { type GraphQLServer, startGraphQLServer } from './server/graphql-server.js';
import { answering, resetting } from './server/instead.js';

let server: GraphQLServer;
const clients: GraphQLClient[] = [];
beforeEach(async () => {
  server = await startGraphQLServer();
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.close();
  await server.close();
});

function made(options: GraphQLClientOptions = {}): GraphQLClient {
  const created = new GraphQLClient({ url: server.url, retry: { maxAttempts: 3, delay: 1 }, batch: true, ...options });
  clients.push(created);
  return created;
}

const hello = 'query Hello($name: String) { hello(name: $name) }';
const fail = 'query Fail($code: String!) { fail(code: $code) }';
const ask = (client: GraphQLClient, names: readonly string[]) => names.map((name) => client.query(hello, { name }));
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function outcomes(promises: readonly Promise<any>[]): Promise<any[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((each) => (each.status === 'fulfilled' ? each.value.data : each.reason));
}

describe('batches', () => {
  it('send queries that are made at the same time in one request, and give each caller its answer', async () => {
    const results = await Promise.all(ask(made(), ['a', 'b', 'c']));

    expect(results.map(({ data }) => data)).toEqual([{ hello: 'hello a' }, { hello: 'hello b' }, { hello: 'hello c' }]);
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]?.body).toHaveLength(3);
    expect(results[1]?.response).toMatchObject({ status: 200, endpoint: 'query Hello' });
  });

  it('send a query that has no company by itself', async () => {
    await made().query(hello);

    expect(server.asked[0]?.body).toEqual({ query: hello, operationName: 'Hello' });
  });

  it('take no more than their limit', async () => {
    await Promise.all(ask(made({ batch: { max: 2 } }), ['a', 'b', 'c', 'd', 'e']));

    expect(server.asked.map(({ body }) => body.length ?? 1).sort()).toEqual([1, 2, 2]);
  });

  it('wait for others as long as they are told to', async () => {
    const clock = new ManualClock();
    const runtime = new Runtime({ clock });
    const client = made({ batch: { wait: 50 }, runtime });
    const first = client.query(hello);
    await clock.advance(49);
    const second = client.query(hello);
    await wait(20);
    expect(server.asked).toHaveLength(0);
    await clock.advance(1);
    await Promise.all([first, second]);

    expect(server.asked).toHaveLength(1);
    await runtime.dispose();
  });

  it('leave out mutations, and queries with options of their own', async () => {
    const client = made();
    await Promise.all([
      ...ask(client, ['a', 'b']),
      client.mutate('mutation { add }'),
      client.query(hello, {}, { headers: { 'X-Own': '1' } }),
      client.query(hello, {}, { batch: false }),
    ]);

    expect(server.asked.map(({ body }) => (Array.isArray(body) ? body.length : 1)).sort()).toEqual([1, 1, 1, 2]);
  });

  it('give each caller its own errors', async () => {
    const client = made();
    const found = await outcomes([client.query(hello), client.query(fail, { code: 'FORBIDDEN' })]);

    expect(found[0]).toEqual({ hello: 'hello world' });
    expect(found[1]).toMatchObject({ code: 'GRAPHQL_FORBIDDEN', endpoint: 'query Fail' });
    expect(server.asked).toHaveLength(1);
  });

  it('are not sent again for one operation that failed', async () => {
    const client = made();
    const found = await outcomes([client.query(hello), client.query(fail, { code: 'TIMEOUT' })]);

    expect(found[1]).toMatchObject({ code: 'GRAPHQL_TIMEOUT' });
    expect(server.asked).toHaveLength(1);
  });

  it('are sent again when all operations failed, and tell each caller its own error in the end', async () => {
    const client = made();
    const found = await outcomes([client.query(fail, { code: 'TIMEOUT' }), client.query(fail, { code: 'THROTTLED' })]);

    expect(found).toMatchObject([{ code: 'GRAPHQL_TIMEOUT' }, { code: 'GRAPHQL_THROTTLED' }]);
    expect(server.asked).toHaveLength(3);
  });

  it('are not multiplied by a Retry around the callers', async () => {
    const runtime = new Runtime();
    const client = made();
    const call = protect(
      (code: string) => client.query(fail, { code }),
      { retry: { maxAttempts: 3, delay: 1 } },
      { id: 'outer', runtime },
    );
    await outcomes([call('TIMEOUT'), call('THROTTLED')]);

    expect(server.asked).toHaveLength(3);
    await runtime.dispose();
  });

  it('are sent again when the network lost them', async () => {
    server.instead.push(resetting);
    await Promise.all(ask(made(), ['a', 'b']));

    expect(server.asked).toHaveLength(2);
  });

  it('tell every caller when the whole request failed', async () => {
    for (let i = 0; i < 3; i++) server.instead.push(answering(503, 'text/plain', 'busy'));
    const found = await outcomes(ask(made(), ['a', 'b']));

    expect(found).toMatchObject([{ code: 'HTTP_503', endpoint: 'batch' }, { code: 'HTTP_503' }]);
  });

  it.each([
    [
      'an object',
      { data: { hello: 'x' } },
      'was answered with 200 and no list of answers: it does not seem to take several operations at once',
    ],
    ['a list that is too short', [{ data: { hello: 'x' } }], 'was answered with 200 and 1 answers to 2 operations'],
  ])('fail clearly for a server that answers with %s', async (_, body, message) => {
    server.instead.push(answering(200, 'application/json', body));
    const [first, second] = await outcomes(ask(made(), ['a', 'b']));

    expect(first.message).toContain(message);
    expect(first).toMatchObject({ code: 'GRAPHQL_MALFORMED_ANSWER' });
    expect(isPermanent(second)).toBe(true);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['a page', 'text/html', '<html>back soon</html>', 'GRAPHQL_MALFORMED_ANSWER'],
    [
      'a failure',
      'application/json',
      { errors: [{ message: 'no', extensions: { code: 'TIMEOUT' } }] },
      'GRAPHQL_TIMEOUT',
    ],
  ])('are sent again for %s in place of all answers', async (_, type, body, code) => {
    server.instead.push(...Array(4).fill(answering(200, type, body)));
    const client = made();
    const found = await outcomes(ask(client, ['a', 'b']));

    expect(found).toMatchObject([
      { code, endpoint: 'batch', attempt: 3 },
      { code, endpoint: 'batch', attempt: 3 },
    ]);
    expect((await Promise.all(ask(client, ['a', 'b']))).map(({ data }) => data)).toEqual([
      { hello: 'hello a' },
      { hello: 'hello b' },
    ]);
  });

  it('tell every caller what failOn throws', async () => {
    server.instead.push(answering(401, 'application/json', { errors: [{ message: 'who are you?' }] }));
    const failOn = () => {
      throw new Error('broken');
    };
    const told = await outcomes(ask(made({ failOn }), ['a', 'b']));

    expect(told.map(String)).toEqual(['Error: broken', 'Error: broken']);
  });

  it('fail clearly for a server that refuses them', async () => {
    server.batching = false;
    const found = await outcomes(ask(made(), ['a', 'b']));

    expect(found).toMatchObject([{ code: 'GRAPHQL_ERROR', status: 400 }, { code: 'GRAPHQL_ERROR' }]);
    expect(found[0].firstError.message).toBe('Operation batching disabled.');
  });

  it('map the errors of each operation', async () => {
    class Denied extends Error {}
    const client = made({ mapErrors: { GRAPHQL_FORBIDDEN: () => new Denied('denied') } });
    const found = await outcomes([client.query(hello), client.query(fail, { code: 'FORBIDDEN' })]);

    expect(found[1]).toBeInstanceOf(Denied);
  });

  it('resolve partially where that is asked for', async () => {
    const client = made();
    const [, result] = await Promise.all([
      client.query(hello),
      client.execute({ document: fail, variables: { code: 'FORBIDDEN' } }),
    ]);

    expect(result.firstError?.code).toBe('FORBIDDEN');
  });

  it('hide the secrets of all operations from what the server says', async () => {
    server.instead.push(answering(400, 'application/json', { errors: [{ message: 'hunter2 and letmein are wrong' }] }));
    const login = 'query ($password: String!) { login(password: $password) }';
    const client = made();
    const [error] = await outcomes(['hunter2', 'letmein'].map((password) => client.query(login, { password })));

    expect(error.firstError.message).toBe('[redacted] and [redacted] are wrong');
  });
});

describe('a caller of a batch', () => {
  it('leaves alone, at once and by its own reason', async () => {
    server.instead.push(() => true);
    const leaving = new AbortController();
    const client = made();
    const left = client.query(hello, {}, { signal: leaving.signal });
    const other = client.query(hello);
    let otherSettled = false;
    other.catch(() => (otherSettled = true));
    await expect.poll(() => server.asked.length).toBe(1);
    const reason = new Error('enough');
    leaving.abort(reason);

    await expect(left).rejects.toBe(reason);
    await wait(20);
    expect([otherSettled, server.sockets.size]).toEqual([false, 1]);
  });

  it('who is the last to leave ends the request', async () => {
    server.instead.push(() => true);
    const leaving = new AbortController();
    const client = made();
    const left = [1, 2].map(() => client.query(hello, {}, { signal: leaving.signal }));
    await expect.poll(() => server.asked.length).toBe(1);
    expect(server.sockets.size).toBe(1);
    leaving.abort();

    expect((await outcomes(left)).map(({ name }) => name)).toEqual(['AbortError', 'AbortError']);
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('does not take the others along, also when it was the one who filled the batch', async () => {
    const slow = [{ data: { hello: 'late' } }, { data: { hello: 'late' } }];
    server.instead.push((response, asked) => {
      setTimeout(() => answering(200, 'application/json', slow)(response, asked), 120);
    });
    const runtime = new Runtime();
    const client = made({ batch: { max: 2 } });
    const patient = client.query(hello);
    const call = protect(async () => client.query(hello), { timeout: '30ms' }, { id: 'outer', runtime });

    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_TIMEOUT' });
    expect((await patient).data).toEqual({ hello: 'late' });
    await runtime.dispose();
  });

  it('without company belongs to the protected call around it, which alone repeats it', async () => {
    for (let i = 0; i < 6; i++) server.instead.push(resetting);
    const runtime = new Runtime();
    const client = made();
    const call = protect(
      async () => client.query(hello),
      { retry: { maxAttempts: 2, delay: 1 } },
      { id: 'outer', runtime },
    );

    await expect(call()).rejects.toMatchObject({ type: 'network' });
    expect(server.asked).toHaveLength(2);
    await runtime.dispose();
  });

  it('leaves no listener behind on its signal, and no alarm', async () => {
    const clock = new ManualClock();
    const runtime = new Runtime({ clock });
    const { signal } = new AbortController();
    const client = made({ runtime, batch: { wait: 10 } });
    const all = [1, 2].map(() => client.query(hello, {}, { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await clock.advance(10);
    await Promise.all(all);

    expect([getEventListeners(signal, 'abort').length, clock.pending]).toEqual([0, 0]);
    await runtime.dispose();
  });

  it('who leaves as the last one before it is sent leaves no alarm behind', async () => {
    const clock = new ManualClock();
    const runtime = new Runtime({ clock });
    const leaving = new AbortController();
    const left = made({ runtime, batch: { wait: 1000 } }).query(hello, {}, { signal: leaving.signal });
    expect(clock.pending).toBe(1);
    leaving.abort();

    await expect(left).rejects.toThrow();
    expect(clock.pending).toBe(0);
    await runtime.dispose();
  });

  it('who leaves before it is sent is not in it', async () => {
    const leaving = new AbortController();
    const client = made();
    const left = client.query(hello, { name: 'left' }, { signal: leaving.signal });
    const others = ask(client, ['a', 'b']);
    leaving.abort();

    await expect(left).rejects.toThrow();
    await Promise.all(others);
    expect(server.asked[0]?.body).toHaveLength(2);
  });

  it('whose signal is aborted already sends nothing', async () => {
    await expect(made().query(hello, {}, { signal: AbortSignal.abort() })).rejects.toThrow();

    await wait(20);
    expect(server.asked).toEqual([]);
  });

  it('leaves when the protected call around it ends', async () => {
    server.instead.push(() => true);
    const runtime = new Runtime();
    const client = made();
    const call = protect(async () => client.query(hello), { timeout: '40ms' }, { id: 'outer', runtime });
    const found = await outcomes([call(), call()]);

    expect(found).toMatchObject([{ code: 'HOLDFAST_TIMEOUT' }, { code: 'HOLDFAST_TIMEOUT' }]);
    await expect.poll(() => server.sockets.size).toBe(0);
    await runtime.dispose();
  });

  it('is told when the client is closed: under way and waiting', async () => {
    server.instead.push(() => true);
    const client = made({ batch: { wait: '10s', max: 2 } });
    const all = ask(client, ['a', 'b', 'c']);
    const found = outcomes(all);
    await expect.poll(() => server.asked.length).toBe(1);
    client.close();

    expect(await found).toMatchObject(Array(3).fill({ code: 'HTTP_CLIENT_CLOSED', endpoint: 'query Hello' }));
    await expect.poll(() => server.sockets.size).toBe(0);
  });
});
