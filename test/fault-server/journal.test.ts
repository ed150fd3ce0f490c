import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { startFaultServer } from '../../src/fault-server/index.js';
import { OpenJournal } from '../../src/fault-server/journal/open-journal.js';
import { Conversation } from './conversation.js';
import { jsonOf } from './json-of.js';

const entry = (fields: object = {}) =>
  ({ at: 0, method: 'GET', path: '/msg', query: '', headers: {}, faults: [], ...fields }) as const;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a collection. */
function heapInUse(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

describe('the journal', () => {
  it('counts the most requests that were there at once, also when all of them came in the same millisecond', () => {
    const journal = new OpenJournal(10);
    const first = journal.open(entry());
    journal.settle(first, 'answered', 200, 0);
    const [second, third] = [journal.open(entry()), journal.open(entry({ path: '/other' }))];
    journal.settle(second, 'answered', 200, 0);

    expect(journal.summary().peakConcurrency).toBe(2);
    expect(journal.summary({ path: '/msg' }).peakConcurrency).toBe(1);
    journal.settle(third, 'failed', 503, 0);
    expect(journal.summary({ outcome: 'answered' })).toMatchObject({ count: 2, peakConcurrency: 1 });
  });

  it('tells how far apart requests came', () => {
    const journal = new OpenJournal(10);
    for (const at of [5, 10, 30]) journal.open(entry({ at }));

    expect(journal.spacing()).toEqual([5, 20]);
    expect(journal.summary().spacing).toEqual([5, 20]);
    expect(journal.spacing({ path: '/nowhere' })).toEqual([]);
  });

  it('counts the names of requests, whatever they are', () => {
    const journal = new OpenJournal(10);
    const names = ['a', 'b', 'a', '__proto__', 'constructor'];
    for (const name of names) journal.open(entry({ headers: { 'x-request-id': name } }));
    journal.open(entry({ headers: { 'idempotency-key': 'k', 'x-request-id': 'a' } }));
    journal.open(entry());

    expect(Object.entries(journal.summary().keys)).toEqual([
      ['a', 2],
      ['b', 1],
      ['__proto__', 1],
      ['constructor', 1],
      ['k', 1],
    ]);
    expect(journal.entries({ key: 'a' })).toHaveLength(2);
  });

  it('takes a name that is empty for none, as the server does', () => {
    const journal = new OpenJournal(10);
    journal.open(entry({ headers: { 'idempotency-key': '', 'x-request-id': 'a' } }));
    journal.open(entry({ headers: { 'idempotency-key': '', 'x-request-id': '' } }));

    expect(journal.summary().keys).toEqual({ a: 1 });
  });

  it.each<[object, string]>([
    [{ path: 'msg' }, "journal: path must be one path without its query, such as '/items', of at most 256 characters"],
    [{ path: '/msg?a=1' }, "but got '/msg?a=1'"],
    [{ method: 'get' }, "journal: method must be a method as it is sent, such as 'GET', but got 'get'"],
    [{ status: 503 }, 'journal: status is no option; it takes method, path, outcome, key'],
    [{ outcome: 'lost' }, "journal: outcome must be one of 'answered'"],
    [{ key: 7 }, 'journal: key must be one text of at most 256 characters, but got 7'],
  ])('refuses the filter %j, by which an assertion would see nothing or all', (filter, sentence) => {
    const journal = new OpenJournal(10);

    expect(() => journal.entries(filter)).toThrow(sentence);
    expect(() => journal.summary(filter)).toThrow(sentence);
    expect(() => journal.spacing(filter)).toThrow(sentence);
  });

  it('keeps the path and all of the query of a request that was sent as to a proxy, and no credentials of it', async () => {
    await using server = await startFaultServer();
    server.fail({ status: 500, route: '/msg' });
    const client = new Conversation(server.port).ask('GET http://user:secret@service.test/msg?from=a?b=2');
    const heard = await client.until(/failed on command/);
    client.leave();

    expect(heard).toMatch(/^HTTP\/1.1 500 /);
    expect(server.journal.entries()).toMatchObject([{ path: '/msg', query: 'from=a?b=2', faults: ['status'] }]);
    expect(JSON.stringify(server.journal.entries())).not.toContain('secret');
  });

  it('keeps no body of a path below /oauth, be it there or not', async () => {
    await using server = await startFaultServer({ journalBodies: 100 });
    const body = 'client_secret=hidden';
    for (const path of ['/oauth/token', '/oauth/tokens?code=hidden', '/oauth/%zz?code=hidden'])
      await fetch(server.url + path, { method: 'POST', body });

    expect(server.journal.entries()).toHaveLength(3);
    expect(JSON.stringify(server.journal.entries())).not.toContain('hidden');
  });

  it('keeps header fields by their names alone, whatever these are', async () => {
    await using server = await startFaultServer({ journalHeaders: ['constructor', '__proto__', 'x-own'] });
    await fetch(`${server.url}/msg`, { headers: { 'x-own': 'mine' } });

    expect(Object.keys(server.journal.entries()[0]!.headers).sort()).toEqual(['accept', 'user-agent', 'x-own']);
  });

  it('keeps in memory no more of a body than it shows', async () => {
    await using server = await startFaultServer({ journalBodies: 100 });
    const body = 'x'.repeat(1_000_000);
    const send = async () => (await fetch(`${server.url}/msg`, { method: 'POST', body })).text();
    await send();
    const before = heapInUse();
    for (let sent = 0; sent < 40; sent++) await send();

    expect(heapInUse() - before).toBeLessThan(20_000_000);
    expect(server.journal.entries().at(-1)?.body).toBe('x'.repeat(100));
  });

  it('forgets the oldest beyond its limit, and all when it is cleared; those still open come to no harm', () => {
    const journal = new OpenJournal(2);
    const [first] = [1, 2, 3].map(() => journal.open(entry()));
    expect(journal.entries().map(({ number }) => number)).toEqual([2, 3]);
    journal.settle(first!, 'answered', 200, 1);
    journal.clear();

    expect(journal.entries()).toEqual([]);
    expect(journal.seen).toBe(3);
    expect(journal.open(entry()).number).toBe(4);
  });

  it('gives copies: what is done to them changes nothing', () => {
    const journal = new OpenJournal(2);
    journal.open(entry());
    Object.assign(journal.entries()[0]!, { path: '/changed' });

    expect(journal.entries()[0]?.path).toBe('/msg');
  });

  it('keeps the beginning of bodies where it is asked to, and else nothing of them', async () => {
    await using server = await startFaultServer({ journalBodies: 10 });
    const send = (type: string, body: string) =>
      fetch(`${server.url}/echo`, { method: 'POST', headers: { 'content-type': type }, body });
    await send('application/json', '{ "a" : 1 }');
    await send('text/plain', '0123456789abc');
    await fetch(`${server.url}/msg`);
    await using discreet = await startFaultServer();
    await fetch(`${discreet.url}/echo`, { method: 'POST', body: 'x' });

    expect(server.journal.entries().map(({ body }) => body)).toEqual(['{ "a" : 1 ', '0123456789', '']);
    expect(discreet.journal.entries()[0]).not.toHaveProperty('body');
  });

  it('is told over HTTP with its figures, and by outcome and name if asked', async () => {
    await using server = await startFaultServer();
    server.fail({ count: 1 });
    for (const name of ['a', 'a', 'b']) await fetch(`${server.url}/msg`, { headers: { 'x-request-id': name } });
    const journal = `${server.url}/journal`;

    expect(await jsonOf(fetch(journal))).toMatchObject({ seen: 3, count: 3, peakConcurrency: 1, keys: { a: 2, b: 1 } });
    expect((await jsonOf(fetch(`${journal}?outcome=failed`))).entries).toMatchObject([{ number: 1 }]);
    expect(await jsonOf(fetch(`${journal}?key=b`))).toMatchObject({ count: 1, entries: [{ number: 3 }] });
    const wrong = await fetch(`${journal}?outcome=lost`);
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ field: 'outcome' });
  });
});
