import { Server } from 'node:http';
import { queryObjects } from 'node:v8';
import { describe, expect, it, vi } from 'vitest';
import { buildApp } from '../../src/fault-server/app.js';
import { type FaultServerOptions, faultServerSettings, startFaultServer } from '../../src/fault-server/index.js';
import { Service } from '../../src/fault-server/service.js';
import { jsonOf } from './json-of.js';

/** To look at the whole heap takes its time. */
const patient = { timeout: 30_000 };

describe('startFaultServer', () => {
  it('listens on a free port of the loopback interface', async () => {
    await using one = await startFaultServer();
    await using other = await startFaultServer();

    expect(one.url).toBe(`http://127.0.0.1:${one.port}`);
    expect(other.port).not.toBe(one.port);
  });

  it('listens where it is told to', async () => {
    await using one = await startFaultServer({ host: '::1' });

    expect(one.url).toBe(`http://[::1]:${one.port}`);
    expect((await fetch(`${one.url}/msg`)).status).toBe(200);
    await expect(startFaultServer({ host: '::1', port: one.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('stops listening and cuts connections when it is closed, which may happen twice', async () => {
    const server = await startFaultServer();
    const waiting = fetch(`${server.url}/msg?delay=60000`);
    waiting.catch(() => {});
    while (server.stats.inFlight === 0) await new Promise(setImmediate);
    await server.close();
    await server.close();

    await expect(waiting).rejects.toThrow('fetch failed');
    await expect(fetch(`${server.url}/msg`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(server.stats).toMatchObject({ inFlight: 0, busyWorkers: 0, closed: 1 });
  });

  it('leaves nothing behind when it was closed', async () => {
    const before = queryObjects(Server, { format: 'count' });
    for (let round = 0; round < 10; round++) await (await startFaultServer()).close();

    await vi.waitFor(() => expect(queryObjects(Server, { format: 'count' })).toBeLessThan(before + 5), patient);
  }, 60_000);

  it('leaves nothing behind when it cannot listen', async () => {
    await using server = await startFaultServer();
    const before = queryObjects(Server, { format: 'count' });
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 10; attempt++)
      await startFaultServer({ port: server.port }).catch(({ code }) => codes.push(code));

    expect(codes).toEqual(Array(10).fill('EADDRINUSE'));
    await vi.waitFor(() => expect(queryObjects(Server, { format: 'count' })).toBeLessThan(before + 5), patient);
  }, 60_000);

  it.each([[30_000], [0]])('cuts those that never finish a request in its time: %d ms', async (requestTimeout) => {
    const settings = faultServerSettings({ requestTimeout });
    const app = await buildApp(settings, new Service(settings));

    expect(app.server.requestTimeout).toBe(requestTimeout);
    await app.close();
  });

  it.each<[object, string]>([
    [{ prot: 1 }, 'startFaultServer: prot is no option; it takes host, port, maxConcurrency'],
    [{ host: '' }, "startFaultServer: host must be an address or a host name, but got ''"],
    [{ port: 65_536 }, 'startFaultServer: port must be a whole number from 0 to 65535, but got 65536'],
    [{ workers: 0 }, 'startFaultServer: workers must be a whole number from 1 to 100000, or Infinity, but got 0'],
    [{ serviceTime: '-1s' }, 'startFaultServer: serviceTime must be a duration of at most an hour'],
    [{ queueLimit: -1 }, 'startFaultServer: queueLimit must be a whole number from 0 to 100000, but got -1'],
    [{ seed: 0.5 }, 'startFaultServer: seed must be a whole number from 0 to 4294967295, but got 0.5'],
    [{ journalLimit: 1e6 }, 'startFaultServer: journalLimit must be a whole number from 0 to 100000, but got 1000000'],
    [{ journalHeaders: ['X-Upper'] }, 'startFaultServer: journalHeaders must be a list of at most 50 names'],
    [{ bodyLimit: 0 }, 'startFaultServer: bodyLimit must be a whole number from 1 to'],
    [{ clock: {} }, 'startFaultServer: clock must be a Clock, but got {}'],
  ])('refuses %j', async (options, sentence) => {
    await expect(startFaultServer(options as FaultServerOptions)).rejects.toThrow(sentence);
  });
});

describe('the paths that steer a server', () => {
  const json = { 'content-type': 'application/json' };

  it('set faults, show what is left of them and end them', async () => {
    await using server = await startFaultServer();
    const faults = `${server.url}/faults`;
    const body = JSON.stringify([
      { count: 2, status: 429 },
      { kind: 'latency', latency: 1 },
    ]);
    const set = await fetch(faults, { method: 'PUT', headers: json, body });
    expect(await jsonOf(set)).toEqual({
      faults: [
        { kind: 'status', count: 2, status: 429, countLeft: 2 },
        { kind: 'latency', latency: 1 },
      ],
    });
    expect((await fetch(`${server.url}/msg`)).status).toBe(429);
    expect((await jsonOf(fetch(faults))).faults[0]).toMatchObject({ countLeft: 1 });
    expect((await fetch(faults, { method: 'DELETE' })).status).toBe(204);
    expect(await jsonOf(fetch(faults))).toEqual({ faults: [] });
    expect((await fetch(`${server.url}/msg`)).status).toBe(200);
  });

  it('answer while everything else fails', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'reset' });
    const paths = ['/faults', '/health/live', '/journal', '/stats'];
    const answers = await Promise.all(paths.map((path) => fetch(server.url + path)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    expect(server.stats.requests).toBe(0);
  });

  it('tell the journal, by method and path if asked, and clear it', async () => {
    await using server = await startFaultServer({ journalHeaders: ['x-own'] });
    const headers = { 'x-own': 'mine', authorization: 'Bearer secret', cookie: 'a=secret', 'x-request-id': 'r1' };
    await fetch(`${server.url}/msg?a=1`, { headers });
    server.fail({ count: 1, latency: 1 });
    await fetch(`${server.url}/echo`, { method: 'POST', body: 'x' });
    const journal = `${server.url}/journal`;
    const { seen, entries } = await jsonOf(fetch(journal));

    expect(seen).toBe(2);
    expect(entries).toMatchObject([
      { number: 1, method: 'GET', path: '/msg', query: 'a=1', faults: [], outcome: 'answered', status: 200 },
      { number: 2, method: 'POST', path: '/echo', query: '', faults: ['status'], outcome: 'failed', status: 503 },
    ]);
    expect(entries[0].headers).toMatchObject({ 'x-own': 'mine', 'x-request-id': 'r1' });
    expect(JSON.stringify(entries)).not.toContain('secret');
    expect(entries[1].took).toBeGreaterThanOrEqual(1);
    expect((await jsonOf(fetch(`${journal}?method=POST`))).entries).toEqual([entries[1]]);
    expect((await jsonOf(fetch(`${journal}?path=/msg`))).entries).toEqual([entries[0]]);
    expect((await fetch(journal, { method: 'DELETE' })).status).toBe(204);
    expect(await jsonOf(fetch(journal))).toMatchObject({ seen: 2, count: 0, entries: [] });
  });

  it.each([
    ['GET', '/msg?delay=-1', '/msg: delay must be whole milliseconds, at most 3600000', 'delay'],
    ['GET', '/msg?delay=1e3', "but got '1e3'", 'delay'],
    ['GET', '/msg?delay=9999999', "but got '9999999'", 'delay'],
    ['GET', '/msg?delay=1&delay=2', "but got [ '1', '2' ]", 'delay'],
    ['GET', '/journal?path=/a&path=/b', 'journal: path must be one path without its query', 'path'],
    ['GET', '/journal?colour=red', 'journal: colour is no option; it takes method, path', 'colour'],
  ])('refuse %s %s', async (method, path, sentence, field) => {
    await using server = await startFaultServer();
    const answer = await fetch(server.url + path, { method });

    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = await jsonOf(answer);
    expect(problem.detail).toContain(sentence);
    expect(problem.field).toBe(field);
  });

  it('never fail on command, also when they are asked in a wrong way', async () => {
    await using server = await startFaultServer();
    server.fail({ status: 500, count: 3 });

    expect((await fetch(`${server.url}/faults`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${server.url}/health`)).status).toBe(404);
    expect(server.faults[0]?.countLeft).toBe(3);
  });

  it('refuse bodies that are too large, or no JSON whatever they are called, and say that it is the body', async () => {
    await using server = await startFaultServer({ bodyLimit: 100 });
    const large = await fetch(`${server.url}/echo`, { method: 'POST', body: 'x'.repeat(101) });
    const strange = await fetch(`${server.url}/faults`, {
      method: 'PUT',
      body: '<x/>',
      headers: { 'content-type': 'text/xml' },
    });

    const plain = await fetch(`${server.url}/faults`, { method: 'PUT', body: '{"count":1}' });

    expect([large.status, strange.status, plain.status]).toEqual([413, 400, 200]);
    expect(await jsonOf(large)).toMatchObject({ title: 'Payload Too Large', field: 'body' });
    expect(await jsonOf(strange)).toMatchObject({ title: 'Bad Request', field: 'body' });
  });
});

describe('a path that cannot be read', () => {
  it.each([
    ['/items/%zz', 400, "'/items/%zz' is not a valid url component"],
    [`/items/${'x'.repeat(1001)}`, 414, 'is exceeding the max param length'],
  ])(
    'is a request like any other, and nothing where the server is only steered: %#',
    async (path, status, sentence) => {
      await using server = await startFaultServer({ controlPort: 0 });
      const wrong = await fetch(server.url + path);
      server.fail({ status: 500 });
      const failed = await fetch(server.url + path);
      const steered = await fetch(server.controlUrl + path);

      expect([wrong.status, failed.status, steered.status]).toEqual([status, 500, status]);
      expect(wrong.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect((await jsonOf(wrong)).detail).toContain(sentence);
      expect(server.journal.entries().map(({ outcome }) => outcome)).toEqual(['answered', 'failed']);
    },
  );
});

describe('the journal', () => {
  it('tells the spacing of attempts', async () => {
    await using server = await startFaultServer();
    for (const path of ['/msg', '/echo', '/msg?delay=30', '/msg']) await fetch(server.url + path);
    const [first, second] = server.journal.spacing({ path: '/msg' });

    expect(server.journal.spacing()).toHaveLength(3);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThanOrEqual(29);
  });

  it('gives copies, which do not change with what happens later', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'hang' });
    const controller = new AbortController();
    const hanging = fetch(`${server.url}/msg`, { signal: controller.signal });
    while (server.stats.inFlight === 0) await new Promise(setImmediate);
    const [entry] = server.journal.entries();
    controller.abort(new Error('enough'));
    await expect(hanging).rejects.toThrow('enough');
    while (server.stats.inFlight === 1) await new Promise(setImmediate);

    expect(entry?.outcome).toBeUndefined();
    expect(server.journal.entries()[0]?.outcome).toBe('abandoned');
  });

  it('keeps no more of a request than a short text of each part', async () => {
    await using server = await startFaultServer();
    const long = 'x'.repeat(5000);
    await fetch(`${server.url}/${long}?${long}`, { headers: { 'x-request-id': long } });
    const [entry] = server.journal.entries();

    expect([entry?.path.length, entry?.query.length, entry?.headers['x-request-id']?.length]).toEqual([256, 256, 256]);
  });

  it('keeps nothing when its limit is 0, and still counts', async () => {
    await using server = await startFaultServer({ journalLimit: 0 });
    await fetch(`${server.url}/msg`);

    expect(server.journal.entries()).toEqual([]);
    expect(server.journal.seen).toBe(1);
  });
});
