import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { jsonOf } from './json-of.js';
import { partsOf, rawRequest } from './raw-request.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => server.heal());
afterAll(() => server.close());

describe('a healthy server', () => {
  it('answers /msg with an id of its own each time', async () => {
    const [one, other] = [await get('/msg'), await get('/msg')];

    expect(one).toMatchObject({ message: expect.stringMatching(/^message \d+$/), at: expect.stringMatching(/Z$/) });
    expect(other.id).toBe(one.id + 1);
  });

  it('takes as long over /msg as it is asked to', async () => {
    const before = performance.now();
    await get('/msg?delay=40');

    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  });

  it.each([
    ['GET', undefined, undefined, null],
    ['POST', '{"a":1}', 'application/json', { a: 1 }],
    ['PUT', 'plain', 'text/plain', 'plain'],
    ['PATCH', 'a=1&b=2', 'application/x-www-form-urlencoded', 'a=1&b=2'],
    ['DELETE', undefined, undefined, null],
  ])('echoes a %s', async (method, body, type, echoed) => {
    const headers = { 'x-own': 'mine', ...(type ? { 'content-type': type } : {}) };
    const answer = await fetch(`${server.url}/echo?a=1&a=2`, { method, headers, body: body ?? null });

    expect(await jsonOf(answer)).toMatchObject({
      method,
      path: '/echo',
      query: { a: ['1', '2'] },
      headers: { 'x-own': 'mine' },
      body: echoed,
    });
  });

  it('counts up the version of every item that it gives, so that a cached one can be told from a fresh one', async () => {
    const [one, other] = [await get('/items/a%20b'), await get('/items/a%20b')];

    expect(one.id).toBe('a b');
    expect(other.version).toBe(one.version + 1);
  });

  it('answers paths that it does not know with 404', async () => {
    const answer = await fetch(`${server.url}/repos/own?token=secret`, { method: 'POST', body: 'x' });

    expect(answer.status).toBe(404);
    expect(await jsonOf(answer)).toMatchObject({ status: 404, detail: 'there is no POST /repos/own' });
  });
});

describe('the status fault', () => {
  it('answers 503 with problem details when nothing else is asked for', async () => {
    server.fail({});
    const { head, body } = partsOf(await rawRequest(server.port, '/msg'));

    expect(head).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(head).toMatch(/content-type: application\/problem\+json/);
    expect(head).not.toMatch(/retry-after/i);
    expect(JSON.parse(body)).toMatchObject({ status: 503, detail: 'failed on command' });
  });

  it.each([200, 302, 400, 404, 408, 418, 429, 500, 501, 502, 504, 599])('answers %i', async (status) => {
    server.fail({ status });

    expect((await rawRequest(server.port, '/msg')).text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it.each([204, 304])('sends no body with %i', async (status) => {
    server.fail({ status });

    expect(partsOf(await rawRequest(server.port, '/msg')).body).toBe('');
  });

  it.each([
    [0, '0'],
    [120, '120'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  ])('says Retry-After: %s', async (retryAfter, sent) => {
    server.fail({ status: 429, retryAfter });

    expect(partsOf(await rawRequest(server.port, '/msg')).head).toContain(`\r\nretry-after: ${sent}\r\n`);
  });

  it('sends header fields and a body as they are given', async () => {
    server.fail({ status: 200, headers: { 'Retry-After': 'soon', 'x-rate': '0' }, body: { errors: ['E1'] } });
    const answer = await fetch(`${server.url}/msg`);

    expect(answer.headers.get('retry-after')).toBe('soon');
    expect(answer.headers.get('x-rate')).toBe('0');
    expect(await jsonOf(answer)).toEqual({ errors: ['E1'] });
  });

  it('leaves the connection usable', async () => {
    server.fail({ count: 1 });

    expect(await overOneSocket(2)).toEqual([503, 200]);
  });
});

describe('the latency fault', () => {
  it('answers as usual, later', async () => {
    server.fail({ kind: 'latency', latency: 60 });
    const before = performance.now();
    const answer = await get('/items/1');

    expect(answer.id).toBe('1');
    expect(performance.now() - before).toBeGreaterThanOrEqual(59);
  });

  it('delays whatever fault it stands before', async () => {
    server.fail([
      { kind: 'latency', latency: { min: 30, max: 40 } },
      { status: 500, latency: '30ms' },
    ]);
    const before = performance.now();
    const { text } = await rawRequest(server.port, '/msg');

    expect(text).toMatch(/^HTTP\/1\.1 500/);
    expect(performance.now() - before).toBeGreaterThanOrEqual(59);
  });
});

describe('the reset fault', () => {
  it('resets the connection before a byte of the answer has left', async () => {
    server.fail({ kind: 'reset' });

    expect(await rawRequest(server.port, '/msg')).toEqual({ text: '', ended: 'reset' });
  });

  it('resets the connection in the middle of a body', async () => {
    server.fail({ kind: 'reset', at: 'body' });
    const answer = await rawRequest(server.port, '/msg');
    const { head, body } = partsOf(answer);

    expect(answer.ended).toBe('reset');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(body.length).toBe(Number(/content-length: (\d+)/.exec(head)?.[1]) / 2);
  });

  it('counts as failed, not as abandoned by the client', async () => {
    server.fail({ kind: 'reset' });
    const before = server.stats;
    await rawRequest(server.port, '/msg');

    expect(server.stats).toMatchObject({ failed: before.failed + 1, abandoned: before.abandoned, inFlight: 0 });
  });
});

describe('the hang fault', () => {
  it('says nothing until the client has gone, and notices that', async () => {
    server.fail({ kind: 'hang' });
    const { abandoned } = server.stats;
    const socket = connect(server.port, '127.0.0.1');
    const heard: string[] = [];
    socket.on('data', (chunk) => heard.push(String(chunk)));
    socket.write('GET /msg HTTP/1.1\r\nhost: test\r\n\r\n');
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    server.heal();
    await get('/msg'); // a healed server answers others, and what hangs goes on hanging

    expect(server.stats).toMatchObject({ inFlight: 1, abandoned });
    socket.destroy();
    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, abandoned: abandoned + 1 }));
    expect(heard).toEqual([]);
  });

  it('ends when the server closes', async () => {
    const other = await startFaultServer();
    other.fail({ kind: 'hang' });
    const answer = rawRequest(other.port, '/msg');
    await vi.waitFor(() => expect(other.stats.inFlight).toBe(1));
    await other.close();

    expect((await answer).text).toBe('');
    expect(other.journal.entries()).toMatchObject([{ outcome: 'closed' }]);
    expect(other.stats).toMatchObject({ inFlight: 0, abandoned: 0 });
  });
});

async function get(path: string) {
  return jsonOf(fetch(server.url + path));
}

/** Sends requests one after another over one connection, and tells their statuses. */
async function overOneSocket(requests: number): Promise<readonly number[]> {
  const socket = connect(server.port, '127.0.0.1');
  const statuses: number[] = [];
  for (let sent = 0; sent < requests; sent++) {
    socket.write('GET /msg HTTP/1.1\r\nhost: test\r\n\r\n');
    const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    statuses.push(Number(/^HTTP\/1\.1 (\d+)/.exec(String(chunk))?.[1]));
  }
  socket.destroy();
  return statuses;
}
