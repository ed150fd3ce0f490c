import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpCacheOptions } from '../../../src/http/cache/index.js';
import { type CacheEntry, json, type MemoryStore, memoryStore, structured } from '../../../src/stores/index.js';
import { lmdbStore } from '../../../src/stores/lmdb/index.js';
import {
  type ChaosStoreOptions,
  chaosStore,
  ManualClock,
  type StoreChaos,
  settle,
} from '../../../src/testing/index.js';
import { type AskedFor, lasting, Scene } from './origin.js';

const headers = lasting('max-age=60', { etag: '"1"' });
const down = new Error('down');

/** A cache on a store in memory that misbehaves on command. */
function troubled(options: HttpCacheOptions = {}, chaos: ChaosStoreOptions = {}) {
  const clock = new ManualClock();
  const inner = memoryStore();
  const store = chaosStore(inner, { clock, ...chaos });
  const scene = new Scene({ store, ...options }, { headers }, { clock });
  return { scene, store, inner, clock };
}

function bodyKey(store: MemoryStore): string {
  return [...store.keys()].map(String).find((key) => store.get(key)?.value instanceof Uint8Array)!;
}

describe('a store in trouble', () => {
  it.each<[what: string, chaos: StoreChaos]>([
    ['rejects', { operations: ['get'], fault: down }],
    ['throws', { operations: ['get'], fault: down, fails: 'sync' }],
    ['gives the entry of another key', { operations: ['get'], lie: 'otherKey' }],
    ['gives one of another version', { operations: ['get'], lie: 'otherVersion' }],
    ['does nothing', { lie: 'idle' }],
  ])('that %s at reads is a miss', async (_, chaos) => {
    const { scene, store } = troubled();
    await scene.ask({ url: 'https://shop.test/other' });
    await scene.ask();
    for (let round = 0; round < 5; round++) {
      store.chaos = chaos;
      expect(await scene.tell()).toBe('network milk');
      store.chaos = [];
    }
    expect(
      scene.events.of('cache.storeFailed').every(({ operation, site }) => operation === 'get' && site === 'shop'),
    ).toBe(true);
    expect(scene.clock.pending).toBe(0);
  });

  it('that gives what is no entry is a miss, and told', async () => {
    const { scene, inner } = troubled();
    const [head, body] = ['head', 'body'];
    const all: unknown[] = [
      'text',
      42,
      true,
      [],
      {},
      { version: '1' },
      { version: '1', value: { heads: [] } },
      { version: 1, value: 1 },
    ];
    for (const broken of [head, body]) {
      for (const given of all) {
        await scene.ask();
        const keys = [...inner.keys()].map(String).sort((one, other) => one.length - other.length);
        inner.set(keys[broken === head ? 0 : 1]!, Object.assign(Object(given), { tags: [] }));
        expect(await scene.tell()).toBe('network milk');
      }
    }

    expect(
      scene.events.of('cache.storeFailed').filter(({ error }) => error instanceof TypeError).length,
    ).toBeGreaterThanOrEqual(2 * all.length);
  });

  it.each<[what: string, change: object]>([
    ['a status', { status: '200' }],
    ['header fields', { headers: null }],
    ['a time', { until: Number.NaN }],
    ['a policy', { policy: {} }],
    ['a policy of this form', { policy: { v: 2 } }],
    ['directives', { policy: { v: 1, t: 0, st: 200, m: 'GET', resh: {}, reqcc: {} } }],
    ['a selection', { selection: 'accept' }],
    ['the name of its body', { body: 7 }],
    ['a text', { statusText: undefined }],
    ['strictness', { strict: 'no' }],
  ])('that gives a head without %s is a miss, and told', async (_, change) => {
    const { scene, inner } = troubled();
    await scene.ask();
    const [key] = [...inner.keys()].map(String).sort((one, other) => one.length - other.length) as [string];
    const entry = inner.get(key)!;
    const { heads } = entry.value as { heads: readonly object[] };
    inner.set(key, { ...entry, value: { key, heads: [{ ...heads[0], ...change }] } });

    expect(await scene.tell()).toBe('network milk');
    expect(scene.events.of('cache.storeFailed')[0]).toMatchObject({ operation: 'get', error: { name: 'TypeError' } });
  });

  it('is told by an event, with the key and without a secret', async () => {
    const { scene, store } = troubled();
    store.chaos = { operations: ['get'], fault: down, times: 1 };
    await scene.ask({ url: 'https://shop.test/items?token=s3cret' });

    expect(scene.events.of('cache.storeFailed')).toEqual([
      {
        site: 'shop',
        cache: 'shop',
        store: 'memory',
        operation: 'get',
        error: down,
        key: expect.stringContaining('token=%5Bredacted%5D'),
      },
    ]);
    expect(scene.cache.stats().storeFailures).toBe(1);
  });

  it('that hangs at reads is a miss after storeTimeout', async () => {
    const { scene, store, clock } = troubled({ storeTimeout: '20ms' });
    await scene.ask();
    store.chaos = { operations: ['get'], hang: true };
    let told: string | undefined;
    void scene.tell().then((from) => {
      told = from;
    });
    await clock.advance(19);
    expect(scene.asked).toHaveLength(1);
    await clock.advance(1);
    await settle();

    expect(scene.asked).toHaveLength(2);
    expect(told).toBe('network milk');
    expect(scene.events.of('cache.storeFailed')).toMatchObject([
      { operation: 'get', error: { code: 'HOLDFAST_TIMEOUT', after: 20 } },
    ]);
    await clock.advance(1000);
    expect(clock.pending).toBe(0);
  });

  it('that fails at writes fails no request, and what is out of date is not given again', async () => {
    const { scene, store } = troubled();
    await scene.ask();
    store.chaos = { operations: ['set'], fault: down };
    scene.reply = { body: 'cream', headers };
    expect(await scene.tell({ mode: 'reload' })).toBe('network cream');
    store.chaos = [];

    expect(await scene.tell()).toBe('network cream');
    expect(scene.events.of('cache.storeFailed')[0]).toMatchObject({ operation: 'set', error: down });
  });

  it('that fails at writing the head only, leaves the old one to nobody', async () => {
    const { scene, store, clock } = troubled();
    await scene.ask();
    await clock.advance(1);
    let writes = 0;
    store.chaos = {
      operations: ['set', 'delete'],
      fault: (operation, key) => new Error(`${++writes} ${operation} ${key}`),
      rate: 1,
    };
    scene.reply = { body: '', headers };
    expect(await scene.tell({ mode: 'reload' })).toBe('network '); // no body: the head is all there is to write
    store.chaos = [];

    expect(writes).toBe(1);
    expect(await scene.tell()).toBe('network ');
  });

  it('that hangs at writes holds nobody up longer than storeTimeout', async () => {
    const { scene, store, clock } = troubled({ storeTimeout: '20ms' });
    store.chaos = { operations: ['set'], hang: true };
    expect(await scene.tell()).toBe('network milk');
    let told: string | undefined;
    void scene.tell().then((from) => {
      told = from;
    });
    await settle();
    expect(told).toBeUndefined();
    await clock.advance(20);
    await settle();
    expect(told).toBe('network milk');
    store.chaos = [];
    await clock.advance(2000);

    expect(clock.pending).toBe(0);
    expect(await scene.tell()).toBe('cache milk');
  });

  it('takes at most 256 changes at a time: what is more is not kept, and told', async () => {
    const { scene, store } = troubled();
    store.chaos = { operations: ['set'], hang: true };
    const asked = Array.from({ length: 260 }, (_, at) => scene.ask({ url: `https://shop.test/${at}` }));
    await Promise.all(asked);

    const told = scene.events.of('cache.storeFailed');
    expect(told.map(({ error }) => (error as Error).message)).toEqual(
      Array(4).fill('too many changes wait for the store'),
    );
    await scene.clock.advance(2000);
  });

  it('lets no more changes wait than that, however much changes: the rest is dropped without it', async () => {
    const { scene, store } = troubled();
    await scene.ask({ url: 'https://shop.test/1000' });
    await scene.clock.advance(1);
    store.chaos = { operations: ['deleteByTag'], hang: true };
    scene.reply = {};
    const changes = Array.from({ length: 300 }, () => scene.ask({ method: 'PUT', data: 'x' }));
    await scene.clock.advance(50);
    await Promise.all(changes);
    await scene.ask({ method: 'PUT', data: 'x', url: 'https://shop.test/1000' });

    const told = scene.events.of('cache.storeFailed');
    expect(told.map(({ operation, error }) => `${operation}: ${(error as Error).message}`)).toEqual(
      Array(45).fill('deleteByTag: too many changes wait for the store'),
    );
    expect(await scene.tell({ url: 'https://shop.test/1000' })).toBe('network milk');
    store.chaos = [];
    await scene.clock.advance(1000);
  });

  it.each<[what: string, chaos: StoreChaos]>([
    ['fails', { operations: ['deleteByTag'], fault: down }],
    ['hangs', { operations: ['deleteByTag'], hang: true }],
  ])('that %s at dropping what has changed, gives it to nobody all the same', async (_, chaos) => {
    const { scene, store, clock } = troubled({ storeTimeout: '20ms' });
    await scene.ask();
    await scene.ask({ headers: { cookie: 'a' } });
    await clock.advance(1000);
    store.chaos = chaos;
    scene.reply = { body: 'cream', headers };
    const changed = scene.ask({ method: 'PUT', data: 'x' });
    await clock.advance(20);
    expect((await changed).from).toBe('network');
    store.chaos = [];
    const next = scene.tell();
    await clock.advance(400);
    expect(await next).toBe('network cream');

    expect(await scene.tell({ headers: { cookie: 'a' } })).toBe('network cream');
    await clock.advance(1);
    await scene.ask({ mode: 'reload' });
    expect(await scene.tell()).toBe('cache cream');
  });

  it('that fails at clear() rejects it, and gives nothing of that to anybody', async () => {
    const { scene, store, clock } = troubled();
    await scene.ask();
    store.chaos = { operations: ['clear'], fault: down };
    await expect(scene.cache.clear()).rejects.toBe(down);
    store.chaos = [];

    expect(await scene.tell()).toBe('network milk');
    await clock.advance(1);
    await scene.ask();
    expect(await scene.tell()).toBe('cache milk');
  });

  it('that only ever half works never gives one caller what is another one’s, nor a torn body', async () => {
    const faults: StoreChaos[] = [
      { rate: 0.1, fault: down },
      { rate: 0.1, operations: ['get'], lie: 'otherKey' },
      { rate: 0.1, operations: ['get'], lie: 'outdated' },
      { rate: 0.05, lie: 'idle' },
      { rate: 0.05, operations: ['get'], lie: 'malformed' },
      { rate: 0.05, fault: down, fails: 'after' },
    ];
    const { scene, store, clock } = troubled({ staleFor: '1m' }, { seed: 3 });
    store.chaos = faults;
    let given = 0;
    for (let round = 0; round < 400; round++) {
      const caller = `caller ${round % 3}`;
      scene.reply = { body: `${caller}:${'x'.repeat(round % 5)}`, headers };
      const told = await scene.tell({ headers: { cookie: caller }, streaming: round % 2 === 0 });
      const [, from, owner] = /^(\w+) (caller \d):x{0,4}$/.exec(told) ?? [];
      expect(owner).toBe(caller);
      if (from !== 'network') given++;
      await clock.advance(5000);
    }
    expect(given).toBeGreaterThan(50);
    expect(clock.pending).toBe(0);
  }, 30_000);
});

describe('what is kept', () => {
  it('is a miss when its body is missing or torn, and is kept anew', async () => {
    const { scene, inner } = troubled();
    await scene.ask();
    inner.delete(bodyKey(inner));
    expect(await scene.tell()).toBe('network milk');
    expect(await scene.tell()).toBe('cache milk');

    const key = bodyKey(inner);
    inner.set(key, { ...inner.get(key)!, value: Buffer.from('mil') });
    expect(await scene.tell()).toBe('network milk');
    expect(scene.events.of('cache.storeFailed')).toMatchObject([{ operation: 'get', key }]);
    expect(await scene.tell()).toBe('cache milk');
  });

  it('without a body takes one entry, and needs no other', async () => {
    const scene = new Scene({}, { status: 204, headers, body: '' });
    await scene.ask();

    expect(scene.cache.stats().entries).toBe(1);
    expect(await scene.tell()).toBe('cache ');
  });

  it('has its body written once, however often the server confirms it, until that is about to end', async () => {
    const { scene, store, inner, clock } = troubled({ keepFor: '1h' });
    await scene.ask();
    expect(store.counts.set).toBe(2);
    scene.reply = { status: 304 };
    for (let round = 0; round < 10; round++) {
      await clock.advance(61_000);
      expect(await scene.tell()).toBe('revalidated milk');
    }
    expect(store.counts.set).toBe(12);
    const before = inner.get(bodyKey(inner))!.errorUntil;
    for (let round = 0; round < 60; round++) {
      await clock.advance(61_000);
      expect(await scene.tell()).toBe('revalidated milk');
    }

    expect(store.counts.set).toBe(12 + 60 + 1);
    expect(inner.get(bodyKey(inner))!.errorUntil).toBeGreaterThan(before);
  });

  it('has times and tags by which a store knows what may go', async () => {
    const { scene, inner, clock } = troubled({ keepFor: '1h' });
    scene.reply = { headers: lasting('max-age=60, stale-while-revalidate=30, stale-if-error=90') };
    await scene.ask();
    const now = clock.wallNow();
    const [body, head] = [...inner.keys()]
      .map((key) => inner.get(String(key))!)
      .sort((a) => (a.value instanceof Uint8Array ? -1 : 1)) as [CacheEntry, CacheEntry];

    expect(head).toMatchObject({
      createdAt: now,
      freshUntil: now + 60_000,
      staleUntil: now + 90_000,
      errorUntil: now + 3_660_000,
    });
    expect(body).toMatchObject({ createdAt: now, freshUntil: now + 60_000, errorUntil: now + 2 * 3_660_000 });
    expect(body.tags).toEqual(head.tags);
  });

  it('is bounded in memory by max and maxBytes', async () => {
    const few = new Scene({ max: 4 }, { headers });
    const small = new Scene({ maxBytes: 4000, maxEntryBytes: 1000 }, { headers, body: 'x'.repeat(900) });
    for (let at = 0; at < 10; at++) {
      await few.ask({ url: `https://shop.test/${at}` });
      await small.ask({ url: `https://shop.test/${at}` });
    }

    expect(few.cache.stats().entries).toBe(4);
    expect(await few.tell({ url: 'https://shop.test/9' })).toBe('cache milk');
    expect(small.cache.stats().bytes).toBeLessThanOrEqual(4000);
    expect(small.cache.stats().bytes).toBeGreaterThan(1000);
  });

  it('is told by events, as that of other caches', async () => {
    const scene = new Scene({ staleIfError: '1m' }, { headers });
    await scene.ask();
    await scene.clock.advance(10_000);
    await scene.ask();
    await scene.clock.advance(60_000);
    scene.reply = { status: 503 };
    await scene.ask();

    const key = expect.stringMatching(/^GET https:\/\/shop\.test\/items [\w-]{43}$/);
    const fact = { site: 'shop', cache: 'shop', key };
    expect(scene.events.all).toEqual([
      { name: 'cache.missed', event: fact },
      { name: 'cache.stored', event: fact },
      { name: 'cache.hit', event: { ...fact, age: 10_000 } },
      { name: 'cache.servedStale', event: { ...fact, age: 70_000, error: expect.objectContaining({ status: 503 }) } },
    ]);
  });
});

describe('answers in files', () => {
  const folders: string[] = [];

  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  const serializers = { structured, json: () => json({ types: true }) };

  it.each(['structured', 'json'] as const)('are there after a restart, written by %s()', async (serializer) => {
    const path = await mkdtemp(join(tmpdir(), 'http-cache-'));
    folders.push(path);
    const clock = new ManualClock();
    const open = () => lmdbStore({ path, clock, serializer: serializers[serializer]() });
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at));
    const asked: AskedFor = { headers: { accept: 'a', cookie: 'c' } };
    const vary = lasting('max-age=60, stale-if-error=60', { etag: '"1"', vary: 'accept', link: ['<a>', '<b>'] });

    const first = open();
    const before = new Scene(
      { store: first, keepFor: '1000d', storeTimeout: '5s' },
      { headers: vary, body: bytes },
      { clock },
    );
    await before.ask(asked);
    await expect.poll(() => before.cache.stats().stored).toBe(1);
    await first.close();

    const second = open();
    const after = new Scene({ store: second, storeTimeout: '5s' }, { error: new Error('not asked') }, { clock });
    const answer = await after.ask(asked);
    expect(answer).toMatchObject({ from: 'cache', status: 200, headers: { link: ['<a>', '<b>'] } });
    expect(String(answer.body)).toBe(bytes);
    clock.skip(61_000);
    after.reply = { status: 304 };
    expect((await after.ask(asked)).from).toBe('revalidated');
    expect((await after.ask(asked)).from).toBe('cache');
    after.reply = {};
    await after.ask({ method: 'PUT', data: 'x' });
    expect(second.size).toBe(0);
    await second.close();
  });
});
