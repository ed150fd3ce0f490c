import { describe, expect, it, vi } from 'vitest';
import { markPermanent } from '../../../src/core/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, settle, testRuntime, watch } from '../../../src/testing/index.js';

const cacheOf = ({ runtime }: Pick<ReturnType<typeof protectForTest>, 'runtime'>) =>
  runtime.caches.find('Service.method')!;

/** Gives 1, 2, 3 …, one per run. */
function counting() {
  let runs = 0;
  return Object.assign(async (..._args: unknown[]) => ++runs, { runs: () => runs });
}

describe('Cached', () => {
  it('CA1 loads once, and then gives what it has', async () => {
    const method = vi.fn(async (_key: string) => 'bar');
    const world = protectForTest(method, { cached: '1m' });
    expect([await world.call('foo'), await world.call('foo')]).toEqual(['bar', 'bar']);
    expect(method).toHaveBeenCalledTimes(1);
    expect(cacheOf(world).stats).toMatchObject({ misses: 1, loads: 1, stored: 1, hits: 1, size: 1 });
  });

  it('CA2 lets a call without a key pass', async () => {
    const method = counting();
    const world = protectForTest(method, { cached: { ttl: '1m', key: (id?: string) => id } });
    expect([await world.call(), await world.call(undefined)]).toEqual([1, 2]);
    expect(cacheOf(world).stats).toMatchObject({ bypassed: 2, misses: 0, stored: 0, size: 0 });
  });

  it('CA3 keeps only what cacheIf accepts, and no errors', async () => {
    const answers: unknown[] = ['baz', new Boom('down'), 'bar', 'never'];
    const method = vi.fn(async (_key: string) => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const world = protectForTest(method, { cached: { ttl: '1m', cacheIf: (value) => value === 'bar' } });
    expect(await world.call('a')).toBe('baz');
    await expect(world.call('a')).rejects.toThrow('down');
    expect([await world.call('a'), await world.call('a')]).toEqual(['bar', 'bar']);
    expect(cacheOf(world).stats).toMatchObject({ loads: 3, stored: 1, hits: 1 });
  });

  it('gives cacheIf the value, the arguments and the instance', async () => {
    const seen: unknown[] = [];
    const cacheIf = function (this: unknown, ...args: unknown[]) {
      seen.push(this, ...args);
      return true;
    };
    const instance = { name: 'it' };
    await protectForTest(async (a: number, b: number) => a + b, { cached: { ttl: 1, cacheIf } }).call.call(
      instance,
      1,
      2,
    );
    expect(seen).toEqual([instance, 3, 1, 2]);
  });

  it.each([undefined, null, 0, '', false, Number.NaN])('keeps %s: a falsy value is a value', async (value) => {
    const method = vi.fn(async () => value);
    const world = protectForTest(method, { cached: '1m' });
    expect([await world.call(), await world.call()]).toEqual([value, value]);
    expect(method).toHaveBeenCalledTimes(1);
  });

  it('gives the value until its time is over, and not a moment longer', async () => {
    const world = protectForTest(counting(), { cached: 1000 });
    expect(await world.call()).toBe(1);
    await world.clock.advance(999);
    expect(await world.call()).toBe(1);
    await world.clock.advance(1);
    expect(await world.call()).toBe(2);
  });

  it('gives a value for ever where ttl is Infinity', async () => {
    const world = protectForTest(counting(), { cached: Number.POSITIVE_INFINITY });
    await world.call();
    await world.clock.advance(Number.MAX_SAFE_INTEGER / 2);
    expect(await world.call()).toBe(1);
  });

  it('counts the time from when the value came in', async () => {
    const world = protectForTest((): Promise<string> => world.clock.sleep(5000).then(() => 'slow'), { cached: 1000 });
    const first = watch(world.call());
    await world.clock.advance(5000);
    await world.clock.advance(999);
    const second = watch(world.call());
    await settle();
    expect([first.value, second.value]).toEqual(['slow', 'slow']);
    expect(cacheOf(world).stats.hits).toBe(1);
  });

  it.each([-3_600_000, 3_600_000])('does not mind a step of the wall clock by %d ms', async (step) => {
    const world = protectForTest(counting(), { cached: 1000 });
    await world.call();
    world.clock.adjustWall(step);
    expect(await world.call()).toBe(1);
    await world.clock.advance(1000);
    expect(await world.call()).toBe(2);
  });

  it('keeps calls with other arguments apart, and joins those with equal data', async () => {
    const world = protectForTest(counting(), { cached: '1m' });
    const calls = [['a'], ['b'], [1], ['1'], [{ x: 1, y: 2 }], [{ y: 2, x: 1 }], ['a', undefined]];
    expect(await Promise.all(calls.map((args) => world.call(...args)))).toEqual([1, 2, 3, 4, 5, 5, 1]);
  });

  it('asks the key function for what is asked for, with the instance as this', async () => {
    const key = function (this: { tenant: string }, id: string) {
      return [this.tenant, id.toLowerCase()];
    };
    const method = counting();
    const world = protectForTest(method, { cached: { ttl: '1m', scope: 'method', key } });
    const [acme, other] = [{ tenant: 'acme' }, { tenant: 'other' }];
    expect(await world.call.call(acme, 'A')).toBe(1);
    expect(await world.call.call({ ...acme }, 'a')).toBe(1);
    expect(await world.call.call(other, 'a')).toBe(2);
  });

  it.each<[string, (id: string) => unknown, string]>([
    [
      'throws',
      () => {
        throw new Boom('no id');
      },
      'no id',
    ],
    [
      'gives what is no key',
      () => true,
      'Service.method: a key must be a string, a number, a list of values, or undefined for none, but got true',
    ],
  ])('rejects a call whose key function %s', async (_what, key, message) => {
    const method = counting();
    const { call } = protectForTest(method, { cached: { ttl: '1m', key } });
    await expect(call('a')).rejects.toThrow(message);
    expect(method.runs()).toBe(0);
  });

  it('rejects a call whose arguments say nothing that a key could be made of', async () => {
    const { call } = protectForTest(counting(), { cached: '1m' });
    await expect(call(Symbol('x'))).rejects.toThrow(
      "the symbol Symbol(x) cannot be part of a key: give the decorator a 'key' function",
    );
  });

  it('rejects a call whose cacheIf throws, or answers later', async () => {
    const boom = new Boom('cacheIf');
    const throwing = protectForTest(counting(), {
      cached: {
        ttl: '1m',
        cacheIf: () => {
          throw boom;
        },
      },
    });
    await expect(throwing.call()).rejects.toBe(boom);
    const late = protectForTest(counting(), { cached: { ttl: '1m', cacheIf: (async () => true) as never } });
    await expect(late.call()).rejects.toThrow('Service.method: @Cached: cacheIf must not be async');
    expect(cacheOf(late).stats.stored).toBe(0);
  });

  it('keeps no more values than max: the least recently used gives way', async () => {
    const method = counting();
    const world = protectForTest(method, { cached: { ttl: '1m', max: 2 } });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await world.call(key);
    expect(method.runs()).toBe(4); // a and b, c in place of b, b in place of c
    expect(cacheOf(world).stats).toMatchObject({ size: 2, evictions: 2, hits: 2 });
    expect(world.events.of('cache.evicted')).toEqual([
      { site: 'Service.method', cache: 'Service.method', key: 'b' },
      { site: 'Service.method', cache: 'Service.method', key: 'c' },
    ]);
  });

  it('tells what it does', async () => {
    const world = protectForTest(counting(), { cached: 1000 });
    await world.call('a');
    await world.clock.advance(10);
    await world.call('a');
    const fact = { site: 'Service.method', cache: 'Service.method', key: 'a' };
    expect(world.events.all.filter(({ name }) => name.startsWith('cache.'))).toEqual([
      { name: 'cache.missed', event: fact },
      { name: 'cache.stored', event: fact },
      { name: 'cache.hit', event: { ...fact, age: 10 } },
    ]);
  });

  it('says in a detailed result where the value came from', async () => {
    const { call } = protectForTest(counting(), { cached: '1m' });
    const [first, joined] = await Promise.all([call.detailed(), call.detailed()]);
    expect(first).toMatchObject({ value: 1, from: 'method', attempts: 1 });
    expect(joined).toMatchObject({ value: 1, from: 'dedup', attempts: 0 });
    expect(await call.detailed()).toMatchObject({ value: 1, from: 'cache', attempts: 0 });
  });
});

describe('Cached, while a value is being loaded', () => {
  it('CA7 loads once for everyone who asks meanwhile', async () => {
    const method = vi.fn((_key: string) => world.clock.sleep(10).then(() => 'value'));
    const world = protectForTest(method, { cached: '1m' });
    const all = Array.from({ length: 50 }, () => watch(world.call('a')));
    await world.clock.advance(10);
    expect(all.every(({ value }) => value === 'value')).toBe(true);
    expect(method).toHaveBeenCalledTimes(1);
    expect(cacheOf(world).stats).toMatchObject({ misses: 50, loads: 1, coalesced: 49, stored: 1 });
  });

  it('does so too where nobody listens', async () => {
    const { runtime, clock } = testRuntime();
    const method = vi.fn((_key: string) => clock.sleep(10).then(() => 'value'));
    const call = protect(method, { cached: '1m' }, { id: 'quiet', runtime });
    const all = Array.from({ length: 50 }, () => watch(call('a')));
    await clock.advance(10);
    expect(all.every(({ value }) => value === 'value')).toBe(true);
    expect(await call('a')).toBe('value');
    expect(method).toHaveBeenCalledTimes(1);
    expect(runtime.caches.get('quiet').stats).toMatchObject({ coalesced: 49, hits: 1 });
  });

  it('gives all who wait the same error, lets nobody in meanwhile, and starts anew after it', async () => {
    const boom = new Boom('down');
    let runs = 0;
    const world = protectForTest(
      async () => {
        runs++;
        await world.clock.sleep(10);
        throw boom;
      },
      { cached: '1m' },
    );
    const all = [watch(world.call()), watch(world.call())];
    await world.clock.advance(5);
    all.push(watch(world.call()));
    await world.clock.advance(5);
    expect(all.map(({ error }) => error)).toEqual([boom, boom, boom]);
    expect(runs).toBe(1);
    watch(world.call());
    expect(runs).toBe(2);
  });

  it('lets a caller leave without harm to the others', async () => {
    const world = protectForTest(
      (_signal?: AbortSignal): Promise<string> => world.clock.sleep(10).then(() => 'value'),
      { cached: '1m' },
    );
    const leaving = new AbortController();
    const gone = watch(world.call(leaving.signal));
    const staying = watch(world.call(new AbortController().signal));
    leaving.abort('enough');
    await settle();
    expect(gone).toEqual({ state: 'rejected', error: 'enough' });
    await world.clock.advance(10);
    expect(staying.value).toBe('value');
    expect(await world.call()).toBe('value');
    expect(cacheOf(world).stats).toMatchObject({ loads: 1, stored: 1 });
  });

  it('gives up the load when the last caller has left', async () => {
    const signals: AbortSignal[] = [];
    const world = protectForTest(
      (signal: AbortSignal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      { cached: '1m' },
    );
    const callers = [new AbortController(), new AbortController()];
    const seen = callers.map(({ signal }) => watch(world.call(signal)));
    callers[0]?.abort('first');
    expect(signals[0]?.aborted).toBe(false);
    callers[1]?.abort('second');
    expect(signals[0]?.aborted).toBe(true);
    await settle();
    expect(seen.map(({ error }) => error)).toEqual(['first', 'second']);
    watch(world.call(new AbortController().signal));
    expect(signals).toHaveLength(2);
  });

  it('gives a value that is there to nobody who has already left', async () => {
    const { call } = protectForTest(async (_signal?: AbortSignal) => 1, { cached: '1m' });
    await call();
    await expect(call(AbortSignal.abort('gone'))).rejects.toBe('gone');
  });

  it('does not keep a value that came from nobody: a load that was given up', async () => {
    const world = protectForTest((_signal?: AbortSignal): Promise<string> => world.clock.sleep(10).then(() => 'late'), {
      cached: '1m',
    });
    const caller = new AbortController();
    watch(world.call(caller.signal));
    caller.abort();
    await world.clock.advance(10);
    expect(cacheOf(world).stats.size).toBe(0);
  });
});

describe('Cached among other policies', () => {
  it('CP12 keeps what a retry has brought', async () => {
    const method = flaky.failing([new Boom('1'), new Boom('2')], 'bar');
    const world = protectForTest(method, { cached: '1m', retry: { delay: 0, jitter: 'none' } });
    expect([await world.call(), await world.call()]).toEqual(['bar', 'bar']);
    expect(method.calls).toBe(3);
    expect(cacheOf(world).stats).toMatchObject({ stored: 1, misses: 1, hits: 1 });
  });

  it('gives what it has while the circuit is open', async () => {
    let up = true;
    const method = vi.fn(async (key: string) => {
      if (up) return key;
      throw new Boom('down');
    });
    const world = protectForTest(method, { cached: '1m', circuitBreaker: { failureThreshold: 1 } });
    await world.call('known');
    up = false;
    await expect(world.call('other')).rejects.toThrow('down');
    await expect(world.call('other')).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
    expect(await world.call('known')).toBe('known');
  });

  it('never keeps a substitute', async () => {
    let up = false;
    const world = protectForTest(
      async () => {
        if (up) return 'value';
        throw new Boom('down');
      },
      { fallback: [{ value: 'substitute' }], cached: '1m' },
    );
    expect(await world.call()).toBe('substitute');
    expect(cacheOf(world).stats).toMatchObject({ stored: 0, size: 0 });
    up = true;
    expect([await world.call(), await world.call()]).toEqual(['value', 'value']);
  });

  it('is loaded within the total time, and that rejects everyone who waits', async () => {
    const world = protectForTest(flaky.hanging(), { cached: '1m', timeout: { total: 100 } });
    const all = [watch(world.call()), watch(world.call())];
    await world.clock.advance(100);
    for (const { error } of all) expect(error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'total' });
  });

  it('merges its own loads, and leaves to Dedup those that have no key', async () => {
    const method = vi.fn((_id?: string) => world.clock.sleep(10).then(() => 1));
    const world = protectForTest(method, { cached: { ttl: '1m', key: (id?: string) => id }, dedup: {} });
    for (const id of ['a', 'a', undefined, undefined]) watch(world.call(id));
    await world.clock.advance(10);
    expect(method).toHaveBeenCalledTimes(2);
    expect(cacheOf(world).stats).toMatchObject({ coalesced: 1, bypassed: 2 });
  });

  it('does nothing where it is switched off', async () => {
    const method = counting();
    const world = protectForTest(method, { cached: { ttl: '1m', enabled: false } });
    expect([await world.call(), await world.call()]).toEqual([1, 2]);
    expect([...world.runtime.caches.entries()]).toEqual([]);
  });
});

it('a permanent error of a load drops what was kept: the callee has answered', async () => {
  const gone = markPermanent(new Boom('404'));
  const answers: unknown[] = ['value', gone, new Boom('503')];
  const world = protectForTest(
    async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { cached: { ttl: 10, staleIfError: '1h' } },
  );
  await world.call();
  await world.clock.advance(10);
  await expect(world.call()).rejects.toBe(gone);
  expect(cacheOf(world).stats.size).toBe(0);
  await expect(world.call()).rejects.toThrow('503');
});
