import { describe, expect, it } from 'vitest';
import { Cached, CacheEvict } from '../../../decorators/index.js';
import type { Runtime } from '../../../src/runtime/index.js';
import { settle, testRuntime } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

class Changes {
  @CacheEvict({ tags: (tag: string) => [tag] })
  async everywhere(_tag: string): Promise<void> {}

  @CacheEvict({ cache: 'rates', key: (currency: string) => currency })
  async one(_currency: string): Promise<void> {}
}

/** A process that shares a store with others, before or after it. */
function processOn(store: HeldStore) {
  const { runtime } = testRuntime();
  class Rates {
    runs = 0;

    @Cached({
      name: 'rates',
      ttl: '1h',
      key: (currency: string) => currency,
      tags: (_rate: number, currency: string) => ['rates', `currency:${currency}`],
      store,
    })
    async rate(_currency: string): Promise<number> {
      return ++this.runs;
    }
  }
  const [rates, changes] = [new Rates(), new Changes()];
  for (const instance of [rates, changes]) runtime.bind(instance);
  return { runtime, rates, changes };
}

type Process = ReturnType<typeof processOn>;

async function restarted(): Promise<Process & { readonly store: HeldStore }> {
  const store = new HeldStore();
  const { rates } = processOn(store);
  await rates.rate('EUR');
  await rates.rate('USD');
  await settle();
  store.asked.length = 0;
  return { ...processOn(store), store };
}

describe('what is dropped before the cache is made that has it from an earlier process', () => {
  it.each<[string, (process: Process) => Promise<unknown>, number]>([
    ['by tags, from all caches', ({ changes }) => changes.everywhere('currency:EUR'), 1],
    ['by a pattern, from all caches', ({ changes }) => changes.everywhere('currency:*'), 2],
    ['by hand by tags, from all caches', ({ runtime }) => runtime.caches.invalidate(['none', 'rates']), 2],
    ['by hand, from all caches', ({ runtime }) => runtime.caches.clear(), 2],
    ['by a tag that no value bears', ({ changes }) => changes.everywhere('other'), 0],
    ['by key', ({ changes }) => changes.one('EUR'), 1],
    [
      'by key, and by tags from all caches',
      ({ changes }) => Promise.all([changes.one('EUR'), changes.everywhere('currency:USD')]),
      2,
    ],
  ])('is not given any more: %s', async (_how, drop, runs) => {
    const process = await restarted();
    await drop(process);
    await process.rates.rate('EUR');
    await process.rates.rate('USD');
    expect(process.rates.runs).toBe(runs);
    await settle();
    const later = processOn(process.store);
    await later.rates.rate('EUR');
    expect(later.rates.runs).toBe(0); // what was loaded after that is kept
  });

  it('is not given by hand either', async () => {
    const { runtime, changes, store } = await restarted();
    await changes.one('EUR');
    const cache = runtime.caches.register('rates', { ttl: '1h', store });
    expect([await cache.get('EUR'), await cache.get('USD')]).toEqual([undefined, 2]);
  });

  it('is dropped once: not again from a cache that takes its place', async () => {
    const { runtime, rates, changes, store } = await restarted();
    await changes.one('EUR');
    await rates.rate('EUR');
    await settle();
    runtime.caches.remove('rates');
    expect(await runtime.caches.register('rates', { ttl: '1h', store }).get('EUR')).toBe(1);
  });

  it('is remembered once, however often it was dropped', async () => {
    const { rates, changes } = await restarted();
    for (let time = 0; time < 2000; time++) await changes.one('EUR');
    await rates.rate('USD');
    expect(rates.runs).toBe(0);
  });

  it.each<[string, (process: Process, item: number) => Promise<void>, number]>([
    ['keys', ({ changes }, item) => changes.one(`other ${item}`), 1001],
    ['tags', ({ changes }, item) => changes.everywhere(`other ${item}`), 101],
  ])('is everything, in one go, where too many %s were dropped to be remembered', async (_what, drop, count) => {
    const process = await restarted();
    for (let item = 0; item < count; item++) await drop(process, item);
    await process.rates.rate('USD');
    expect(process.rates.runs).toBe(1);
    await settle();
    expect(process.store.asked.filter((asked) => !asked.startsWith('get') && !asked.startsWith('set'))).toEqual([
      'clear rates/',
    ]);
  });
});

describe('a cache that was taken out of the registry', () => {
  class Users {
    runs = 0;

    @Cached({ name: 'users', ttl: '1h', key: (id: string) => id, tags: ['users'] })
    async find(id: string): Promise<string> {
      return `${id} ${++this.runs}`;
    }

    @CacheEvict({ cache: 'users', key: (id: string) => id })
    async change(_id: string): Promise<void> {}

    @CacheEvict({ tags: ['users'] })
    async changeAll(): Promise<void> {}
  }

  const changes: [string, (users: Users, runtime: Runtime) => Promise<unknown>][] = [
    ['by key', (users) => users.change('1')],
    ['by tags', (users) => users.changeAll()],
    ['by hand, by tags', (_users, { caches }) => caches.invalidate('users')],
    ['by hand', (_users, { caches }) => caches.clear()],
  ];

  it.each(changes)('goes on to be invalidated %s, as the methods go on reading it', async (_how, change) => {
    const { runtime } = testRuntime();
    const users = new Users();
    runtime.bind(users);
    await users.find('1');
    runtime.caches.remove('users');
    expect(await users.find('1')).toBe('1 1');
    await change(users, runtime);
    expect(await users.find('1')).toBe('1 2');
  });

  it.each(changes)('is invalidated %s beside the one that took its place', async (_how, change) => {
    const { runtime } = testRuntime();
    const [users, later] = [new Users(), new (class Later extends Users {})()];
    for (const instance of [users, later]) runtime.bind(instance);
    await users.find('1');
    runtime.caches.remove('users');
    await later.find('1');
    await change(later, runtime);
    expect([await users.find('1'), await later.find('1')]).toEqual(['1 2', '1 2']);
  });

  it('is left alone by what concerns a cache of another name', async () => {
    const { runtime } = testRuntime();
    const [users, changes] = [new Users(), new Changes()];
    for (const instance of [users, changes]) runtime.bind(instance);
    await users.find('1');
    runtime.caches.remove('users');
    await changes.one('1');
    expect(await users.find('1')).toBe('1 1');
  });

  it('has its writes done before the runtime is gone', async () => {
    const store = new HeldStore();
    const { runtime, rates } = processOn(store);
    store.holds.add('set');
    await rates.rate('EUR');
    runtime.caches.remove('rates');
    let disposed = false;
    const disposal = runtime.dispose().then(() => {
      disposed = true;
    });
    await settle();
    expect([disposed, store.waiting.length]).toEqual([false, 1]);
    store.waiting[0]?.go();
    await disposal;
    expect(store.entries.size).toBe(1);
  });
});
