import { describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { jsonOf } from './json-of.js';

const named = (name: string) => ({ headers: { 'x-request-id': name } });
const get = (server: FaultServer, init?: RequestInit, query = '') => fetch(`${server.url}/msg${query}`, init);

describe('/msg', () => {
  it('fails three of four calls when told so, and answers the same id twice with the same message', async () => {
    await using server = await startFaultServer();
    server.fail({ count: 3 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call++) statuses.push((await get(server, named('order-1'))).status);
    const again = await get(server, named('order-1'));

    expect(statuses).toEqual([503, 503, 503, 200]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.json()).toMatchObject({ id: 1 });
    expect(server.journal.summary()).toMatchObject({ count: 5, peakConcurrency: 1, keys: { 'order-1': 5 } });
    expect(server.stats).toMatchObject({ failed: 3, answered: 2, replayed: 1, remembered: 1, concurrency: 0 });
  });

  it('makes a message of its own for each request without a name', async () => {
    await using server = await startFaultServer();
    const ids = [await jsonOf(get(server)), await jsonOf(get(server, { method: 'POST' }))].map(({ id }) => id);

    expect(ids).toEqual([1, 2]);
    expect(server.stats.remembered).toBe(0);
  });

  it('heeds Idempotency-Key before X-Request-ID, and keeps the two apart', async () => {
    await using server = await startFaultServer();
    const idOf = async (headers: Record<string, string>) => (await jsonOf(get(server, { headers }))).id;

    expect(await idOf({ 'x-request-id': 'a' })).toBe(1);
    expect(await idOf({ 'idempotency-key': 'a' })).toBe(2);
    expect(await idOf({ 'idempotency-key': 'a', 'x-request-id': 'b' })).toBe(2);
    expect(await idOf({ 'idempotency-key': 'c', 'x-request-id': 'a' })).toBe(3);
  });

  it('takes a name in quotes, as the field is defined, for the name itself', async () => {
    await using server = await startFaultServer();
    const idOf = async (key: string) => (await jsonOf(get(server, { headers: { 'idempotency-key': key } }))).id;

    expect([await idOf('"say \\"a\\""'), await idOf('a')]).toEqual([1, 2]);
    expect(await idOf('"a"')).toBe(2);
    expect(server.journal.summary().keys).toEqual({ 'say "a"': 1, a: 2 });
  });

  it('checks what fails before it looks for a remembered answer', async () => {
    await using server = await startFaultServer();
    await get(server, named('known'));
    server.fail({ status: 500 });

    expect((await get(server, named('known'))).status).toBe(500);
  });

  it('gives a remembered answer at once, however long the delay that is asked', async () => {
    await using server = await startFaultServer({ clock: new ManualClock() });
    await get(server, named('known'));

    expect((await get(server, named('known'), '?delay=60000')).status).toBe(200);
  });

  it('has made the message although its answer was lost, and gives that one when asked again', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'reset', at: 'body', count: 1 });
    await expect(get(server, named('paid')).then((answer) => answer.text())).rejects.toThrow();

    expect(await jsonOf(get(server, named('paid')))).toMatchObject({ id: 1 });
    expect(server.stats).toMatchObject({ failed: 1, replayed: 1 });
  });

  it('makes one message for requests of one name that come at the same time', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    const asked = Array.from({ length: 5 }, () => jsonOf(get(server, named('same'), '?delay=100')));
    await vi.waitFor(() => expect(server.stats.concurrency).toBe(5));
    await clock.advance(100);

    expect((await Promise.all(asked)).map(({ id }) => id)).toEqual([1, 1, 1, 1, 1]);
    expect(server.stats).toMatchObject({ answered: 5, replayed: 4 });
  });

  it('lets the next of one name do the work when the first one leaves amid it', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    const leaver = new AbortController();
    const first = get(server, { ...named('same'), signal: leaver.signal }, '?delay=100');
    first.catch(() => {});
    await vi.waitFor(() => expect(server.stats.busyWorkers).toBe(1));
    const second = get(server, named('same'), '?delay=100');
    await vi.waitFor(() => expect(server.stats.concurrency).toBe(2));
    leaver.abort();
    await vi.waitFor(() => expect(server.stats).toMatchObject({ abandoned: 1, busyWorkers: 1 }));
    await clock.advance(100);

    expect(await jsonOf(second)).toMatchObject({ id: 1 });
    expect(server.stats).toMatchObject({ answered: 1, replayed: 0, concurrency: 0 });
  });

  it('forgets an answer after its time', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, cacheTtl: '10s' });
    await get(server, named('a'));
    clock.skip(9999);
    expect(await jsonOf(get(server, named('a')))).toMatchObject({ id: 1 });
    clock.skip(2);

    expect(server.stats.remembered).toBe(0);
    expect(await jsonOf(get(server, named('a')))).toMatchObject({ id: 2 });
  });

  it('forgets an answer after its time also where the clock began at zero', async () => {
    const clock = new ManualClock(0);
    await using server = await startFaultServer({ clock, cacheTtl: '10s' });
    await get(server, named('a'));
    clock.skip(10_001);

    expect(server.stats.remembered).toBe(0);
  });

  it('remembers only so many answers, those that were asked for last', async () => {
    await using server = await startFaultServer({ cacheMaxSize: 2 });
    for (const name of ['a', 'b', 'a', 'c']) await get(server, named(name));

    expect(server.stats.remembered).toBe(2);
    expect(await jsonOf(get(server, named('a')))).toMatchObject({ id: 1 });
    expect(await jsonOf(get(server, named('b')))).toMatchObject({ id: 4 });
  });

  it.each([
    ['?delay=-1', undefined, 'delay'],
    ['?delay=1.5', undefined, 'delay'],
    ['?delay=3600001', undefined, 'delay'],
    ['?delay=1&delay=2', undefined, 'delay'],
    ['', { 'idempotency-key': 'x'.repeat(257) }, 'idempotency-key'],
  ])('refuses %s %j and names the field', async (query, headers, field) => {
    await using server = await startFaultServer();
    const answer = await get(server, headers && { headers }, query);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ status: 400, field });
    expect(server.stats).toMatchObject({ concurrency: 0, answered: 1, remembered: 0 });
    expect(server.journal.entries()).toMatchObject([{ outcome: 'answered', status: 400 }]);
  });

  it('takes a body that cannot be read for a request like any other', async () => {
    await using server = await startFaultServer();
    const headers = { 'content-type': 'application/json' };
    const answer = await get(server, { method: 'POST', headers, body: '{"a":' });
    server.fail({ status: 500 });

    expect(answer.status).toBe(400);
    expect((await get(server, { method: 'POST', headers, body: '{"a":' })).status).toBe(500);
    expect(server.journal.entries().map(({ status }) => status)).toEqual([400, 500]);
    expect(server.stats).toMatchObject({ concurrency: 0, inFlight: 0 });
  });
});
