import { describe, expect, it } from 'vitest';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { heldUpstream } from './stored.js';

const places = [
  ['memory', () => ({})],
  ['a store', () => ({ store: new HeldStore() })],
] as const;

const instance = { name: 'it' };

/** A method that gives 1, 2, 3 …. */
function counting(options: CachedOptions) {
  let runs = 0;
  const world = protectForTest(async (_key: string) => ++runs, {
    cached: { ttl: '1h', key: (key: string) => key, ...options },
  });
  const call = async (key: string) => {
    const value = await world.call.call(instance, key);
    await settle();
    return value;
  };
  return { ...world, call, cache: () => world.runtime.caches.find('Service.method')! };
}

describe.each(places)('tags, in %s', (_place, place) => {
  it('of a list are those of every value', async () => {
    const { call, cache } = counting({ tags: ['all', 'users'], ...place() });
    for (const key of ['a', 'b']) await call(key);
    await cache().invalidate('users');
    expect([await call('a'), await call('b')]).toEqual([3, 4]);
    await cache().invalidate('orders');
    expect([await call('a'), await call('b')]).toEqual([3, 4]);
  });

  it('of a function are asked for each value, with the value, the arguments and the instance', async () => {
    const seen: unknown[] = [];
    const tags = function (this: unknown, ...args: unknown[]) {
      seen.push(this, ...args);
      return [`user:${args[1]}`];
    };
    const { call, cache } = counting({ tags, ...place() });
    for (const key of ['a', 'b']) await call(key);
    expect(seen).toEqual([instance, 1, 'a', instance, 2, 'b']);
    await cache().invalidate('user:a');
    expect([await call('a'), await call('b')]).toEqual([3, 2]);
  });

  it.each([
    ['user:1', ['a']],
    ['user:*', ['a', 'b']],
    ['*', ['a', 'b', 'c']],
    ['*er*', ['a', 'b', 'c']],
    ['*:1', ['a', 'c']],
    ['u*:*1', ['a']],
    ['user:', []],
    ['user:**', ['a', 'b']],
    ['USER:1', []],
    ['u?er:1', []],
    ['.*', []],
  ])('are found by %s: %j', async (pattern, dropped) => {
    const bear = { a: 'user:1', b: 'user:22', c: 'order:1', d: 'x' } as const;
    const { call, cache } = counting({ tags: (_value, key: keyof typeof bear) => [bear[key]], ...place() });
    for (const key of ['a', 'b', 'c', 'd']) await call(key);
    if (pattern === '*') dropped.push('d');
    await cache().invalidate(pattern);
    const kept = { a: 1, b: 2, c: 3, d: 4 } as const;
    for (const key of ['a', 'b', 'c', 'd'] as const)
      expect([key, await cache().get(key)]).toEqual([key, dropped.includes(key) ? undefined : kept[key]]);
  });

  it('may be several: one of them that fits is enough, and several patterns are one each', async () => {
    const { call, cache } = counting({ tags: (_value, key) => [key, `${key}${key}`, 'all'], ...place() });
    for (const key of ['a', 'b', 'c']) await call(key);
    await cache().invalidate(['aa', 'b', 'none']);
    expect([await cache().get('a'), await cache().get('b'), await cache().get('c')]).toEqual([undefined, undefined, 3]);
  });

  it('are those of the last value of a key, and no other', async () => {
    const { call, cache, clock } = counting({ ttl: 10, tags: (value) => [`tag ${value}`], ...place() });
    await call('a');
    await clock.advance(10);
    await call('a');
    await cache().invalidate('tag 1');
    expect(await cache().get('a')).toBe(2);
    await cache().invalidate('tag 2');
    expect(await cache().get('a')).toBeUndefined();
  });

  it('may be given by hand, to set and to wrap', async () => {
    const { cache } = counting({ ...place() });
    await cache().set('a', 'set', { tags: ['hand'] });
    expect(await cache().wrap('b', () => 'wrapped', { tags: ['hand'] })).toBe('wrapped');
    await cache().wrap('c', () => 'by function', { tags: (value) => [`${value}!`] });
    await settle();
    await cache().invalidate('hand');
    expect([await cache().get('a'), await cache().get('b'), await cache().get('c')]).toEqual([
      undefined,
      undefined,
      'by function',
    ]);
    await cache().invalidate('by function!');
    expect(await cache().get('c')).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a text', 'user'],
    ['a number in a list', [1]],
    ['an empty tag', ['']],
    ['a tag with a *', ['user:*']],
    ['a promise', Promise.resolve(['a'])],
  ])('that a function gives as %s are a clear error; what was kept stays', async (_what, given) => {
    let tags: unknown = ['good'];
    const { call, cache, clock, runtime } = counting({
      ttl: 10,
      staleIfError: '1h',
      tags: () => tags as never,
      ...place(),
    });
    await call('a');
    await clock.advance(10);
    tags = given;
    expect(await call('a')).toBe(1);
    await expect(call('b')).rejects.toMatchObject({
      code: 'HOLDFAST_INVALID_OPTIONS',
      message: expect.stringContaining(
        'Service.method: @Cached: tags must return a list of strings, none of them empty or with a *',
      ),
    });
    tags = ['good'];
    expect([await call('b'), await call('b')]).toEqual([4, 4]);
    expect([runtime.caches.size, await cache().get('b')]).toEqual([1, 4]);
  });

  it('that throw reject with what they throw', async () => {
    const boom = new Boom('tags');
    const { call } = counting({
      tags: () => {
        throw boom;
      },
      ...place(),
    });
    await expect(call('a')).rejects.toBe(boom);
  });

  it.each(['a', []])('of %j say nothing about other caches; those of the registry are of all', async (first) => {
    const { call, cache, runtime } = counting({ tags: ['both'], ...place() });
    const other = runtime.caches.register('other', { ttl: '1h', ...place() });
    await call('a');
    await other.set('a', 'other', { tags: ['both'] });
    await cache().invalidate(first);
    expect([await cache().get('a'), await other.get('a')]).toEqual([1, 'other']);
    await runtime.caches.invalidate('bo*');
    expect([await cache().get('a'), await other.get('a')]).toEqual([undefined, undefined]);
    await call('a');
    await other.set('a', 'other');
    await runtime.caches.clear();
    expect([await cache().get('a'), await other.get('a')]).toEqual([undefined, undefined]);
  });
});

describe('an invalidation by tag while values are loaded', () => {
  const by = (_value: unknown, key: string) => [`tag:${key}`];

  it('lets the joiner who came after it wait for a load that began after it, the others not', async () => {
    const { call, runs, cache } = heldUpstream({ ttl: '1h', tags: by, store: new HeldStore({ sync: true }) });
    const before = [watch(call('a')), watch(call('a'))];
    await settle();
    cache().invalidate('tag:a');
    const after = [watch(call('a')), watch(call('a'))];
    await settle();
    expect(runs).toHaveLength(1); // which tags it will bear, nobody knows
    runs[0]?.land('old');
    await settle();
    expect(before.map(({ value }) => value)).toEqual(['old', 'old']);
    expect([after.map(({ state }) => state), runs.length]).toEqual([['pending', 'pending'], 2]);
    runs[1]?.land('new');
    await settle();
    expect(after.map(({ value }) => value)).toEqual(['new', 'new']);
    expect(await call('a')).toBe('new');
  });

  it('concerns those who come after it also while the load is just landing', async () => {
    // A load was taken off the list of those whose tags matter some microtasks before it could no longer be joined.
    for (let before = 0; before < 8; before++)
      for (let between = 0; between < 8; between++) {
        const { call, runs, cache } = heldUpstream({ ttl: '1h', tags: by }, new HeldStore({ sync: true }));
        watch(call('a'));
        await settle();
        runs[0]?.land('old');
        for (let tick = 0; tick < before; tick++) await undefined;
        cache().invalidate('tag:a');
        for (let tick = 0; tick < between; tick++) await undefined;
        const after = watch(call('a'));
        await settle();
        runs[1]?.land('new');
        await settle();
        expect([before, between, after.value]).toEqual([before, between, 'new']);
      }
  });

  it('concerns only what bears a tag that fits', async () => {
    const { call, runs, cache } = heldUpstream({ ttl: '1h', tags: by, store: new HeldStore({ sync: true }) });
    watch(call('a'));
    await settle();
    await cache().invalidate(['tag:b', 'a']);
    const after = watch(call('a'));
    runs[0]?.land('value');
    await settle();
    expect([after.value, await call('a'), runs.length]).toEqual(['value', 'value', 1]);
  });

  it('that came before a load began does not concern it', async () => {
    const { call, runs, cache } = heldUpstream({ ttl: '1h', tags: by, store: new HeldStore({ sync: true }) });
    watch(call('b'));
    await settle();
    await cache().invalidate('tag:*');
    watch(call('a'));
    await settle();
    runs[1]?.land('value');
    await settle();
    expect([await call('a'), runs.length]).toEqual(['value', 2]);
    runs[0]?.land('old');
    await settle();
    expect(await cache().get('b')).toBeUndefined();
  });

  it('is remembered for as long as a load goes on, also past the end of others, failed ones and forgotten ones', async () => {
    const { call, runs, cache } = heldUpstream({ ttl: '1h', tags: by, store: new HeldStore({ sync: true }) });
    for (const key of ['a', 'b', 'c', 'd']) watch(call(key));
    await settle();
    await cache().invalidate('tag:a');
    cache().forget('b');
    runs[1]?.land('b');
    runs[2]?.fail(new Boom('c'));
    cache().forget('d');
    runs[3]?.fail(new Boom('d'));
    await settle();
    runs[0]?.land('old');
    await settle();
    expect(await cache().get('a')).toBeUndefined();
  });

  it('is remembered by number: more than 10 000 count as all', async () => {
    const { call, runs, cache } = heldUpstream({
      ttl: '1h',
      tags: by,
      clone: 'none',
      store: new HeldStore({ sync: true }),
    });
    watch(call('a'));
    await settle();
    const many = Array.from({ length: 10_001 }, (_, tag) => `other:${tag}`);
    await cache().invalidate(many);
    runs[0]?.land('value');
    await settle();
    expect(await cache().get('a')).toBeUndefined();
  });
});

describe('the options of tags', () => {
  it.each<[unknown, string]>([
    [
      'user',
      "@Cached: tags must be a list of strings, none of them empty or with a *, or a function that returns one, but got 'user'",
    ],
    [['user:*'], '@Cached: tags must be a list of strings'],
    [[''], '@Cached: tags must be a list of strings'],
    [[1], '@Cached: tags must be a list of strings'],
  ])('%j are told at the decorator', (tags, message) => {
    expect(() => counting({ tags: tags as never })).toThrow(message);
  });

  it.each<[unknown]>([[''], [undefined], [[1]], [['a', '']], [null]])('%j cannot be invalidated', (tags) => {
    const { cache } = counting({});
    expect(() => cache().invalidate(tags as never)).toThrow(
      'Service.method: invalidate() takes a tag, a pattern with *, or a list of them, but got',
    );
  });

  it('of set are checked, as all that it takes', () => {
    const { cache } = counting({});
    expect(() => cache().set('a', 1, { tags: ['*'] })).toThrow('Service.method: set(): tags must be a list of strings');
    expect(() => cache().set('a', 1, { ttl: 0 })).toThrow('set(): ttl must be a duration of at least 1 ms');
    expect(() => cache().set('a', 1, { time: 1 } as never)).toThrow('set(): time is no option');
  });
});
