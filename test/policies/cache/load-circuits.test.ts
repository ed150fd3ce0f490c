import { describe, expect, it } from 'vitest';
import { markPermanent } from '../../../src/core/index.js';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';

/** A method that fails for the keys that are down. */
function upstream(options: CachedOptions) {
  const method = { down: new Set<string>(), runs: 0, error: new Boom('down') as unknown, takes: 0 };
  const world = protectForTest(
    async (key: string, signal?: AbortSignal) => {
      method.runs++;
      if (method.takes > 0) await world.clock.sleep(method.takes);
      if (signal?.aborted) throw signal.reason;
      if (method.down.has(key)) throw method.error;
      return `${key} ${method.runs}`;
    },
    { cached: { ttl: 10, key: (key: string) => key, ...options } },
  );
  const fail = async (key: string, times = 1) => {
    method.down.add(key);
    for (let time = 0; time < times; time++) await world.call(key).catch(() => {});
  };
  return { ...world, method, fail, cache: () => world.runtime.caches.find('Service.method')! };
}

const open = { code: 'HOLDFAST_CIRCUIT_OPEN' };

describe('loadCircuit', () => {
  it('opens after so many failed loads in a row, of whatever keys; hits and stale values are given all the same', async () => {
    const { call, fail, method, clock, runtime } = upstream({
      ttl: 1000,
      staleIfError: '1h',
      loadCircuit: { failureThreshold: 3, openFor: 100 },
    });
    await call('kept');
    await fail('a', 2);
    await fail('b');
    expect(runtime.circuits.find('load:Service.method')?.state).toBe('open');
    await expect(call('c')).rejects.toMatchObject(open);
    expect([await call('kept'), method.runs]).toEqual(['kept 1', 4]);
    await clock.advance(99);
    await expect(call('c')).rejects.toMatchObject(open);
    await clock.advance(1);
    expect(await call('c')).toBe('c 5');
    expect(runtime.circuits.find('load:Service.method')?.state).toBe('closed');
  });

  it('lets an old value be given instead of its refusal, within staleIfError', async () => {
    const { call, fail, clock, method } = upstream({
      staleIfError: '1h',
      loadCircuit: { failureThreshold: 1, openFor: '10m' },
    });
    await call('a');
    await clock.advance(10);
    await fail('b');
    expect([await call('a'), method.runs]).toEqual(['a 1', 2]);
  });

  it('counts refreshes behind callers, and what callers wait for once, however many wait', async () => {
    const { call, fail, clock, method, runtime } = upstream({ staleFor: '1h', loadCircuit: { failureThreshold: 2 } });
    const circuit = () => runtime.circuits.get('load:Service.method');
    await call('a');
    await clock.advance(10);
    await fail('a');
    await settle();
    method.takes = 10;
    method.down.add('b');
    const calls = [call('b'), call('b'), call('b')].map(watch);
    expect(circuit().state).toBe('closed');
    await clock.advance(10);
    expect([calls.map(({ error }) => error), circuit().state, method.runs]).toEqual([
      [method.error, method.error, method.error],
      'open',
      3,
    ]);
  });

  it('does not count answers of the callee: errors that are marked permanent', async () => {
    const { fail, method, runtime } = upstream({ loadCircuit: { failureThreshold: 1 } });
    method.error = markPermanent(new Boom('gone'));
    await fail('a', 5);
    expect([method.runs, runtime.circuits.get('load:Service.method').state]).toEqual([5, 'closed']);
  });

  it('does not count loads that all callers have left', async () => {
    const { call, method, runtime, clock } = upstream({ loadCircuit: { failureThreshold: 1 } });
    method.takes = 10;
    for (let time = 0; time < 3; time++) {
      const controller = new AbortController();
      const left = watch(call('a', controller.signal));
      await settle();
      controller.abort(new Boom('left'));
      await clock.advance(10);
      expect((left.error as Error).message).toBe('left');
    }
    expect([method.runs, runtime.circuits.get('load:Service.method').state]).toEqual([3, 'closed']);
  });

  it('ends with the refresh that it lets through, which is bounded in time and counts as failed then', async () => {
    const { call, clock, method, runtime } = upstream({
      staleFor: '1h',
      refreshTimeout: 5,
      loadCircuit: { failureThreshold: 1 },
    });
    await call('a');
    await clock.advance(10);
    method.takes = 1000;
    expect(await call('a')).toBe('a 1');
    await clock.advance(5);
    expect(runtime.circuits.get('load:Service.method').state).toBe('open');
    await clock.advance(1000);
  });

  it('is none without being asked for, and false says so', async () => {
    for (const options of [{}, { loadCircuit: false, keyCircuit: false } as const]) {
      const { fail, method, runtime } = upstream(options);
      await fail('a', 20);
      expect([method.runs, runtime.circuits.size]).toEqual([20, 0]);
    }
  });

  it('opens after five failures for half a minute, where nothing else is said', async () => {
    const { fail, method, clock } = upstream({ loadCircuit: {} });
    await fail('a', 6);
    expect(method.runs).toBe(5);
    await clock.advance(29_999);
    await fail('a');
    expect(method.runs).toBe(5);
    await clock.advance(1);
    await fail('a');
    expect(method.runs).toBe(6);
  });
});

describe('keyCircuit', () => {
  it('is one for each key', async () => {
    const { call, fail, method } = upstream({ keyCircuit: { failureThreshold: 2, openFor: 100 } });
    await fail('a', 2);
    await expect(call('a')).rejects.toMatchObject(open);
    expect([await call('b'), method.runs]).toEqual(['b 3', 3]);
  });

  it('is bounded by max: a circuit that is open is not pushed out by churning keys', async () => {
    const { call, fail, method, runtime } = upstream({ max: 5, keyCircuit: { failureThreshold: 1 } });
    await fail('bad');
    for (let key = 0; key < 100; key++) await call(`${key}`);
    await expect(call('bad')).rejects.toMatchObject(open);
    expect(method.runs).toBe(101);
    expect(runtime.circuits.keyed('key:Service.method')?.size).toBeLessThanOrEqual(5);
  });

  it('stands around loadCircuit: a key that is refused says nothing about the others', async () => {
    const { call, fail, method, runtime } = upstream({
      keyCircuit: { failureThreshold: 1, openFor: '1h' },
      loadCircuit: { failureThreshold: 3 },
    });
    await fail('a', 10);
    expect([method.runs, runtime.circuits.get('load:Service.method').state]).toEqual([1, 'closed']);
    expect(await call('b')).toBe('b 2');
  });
});

describe('circuits around loads', () => {
  it('are those of wrap(), and of every use of the name', async () => {
    const { runtime } = upstream({});
    const cache = runtime.caches.register('rates', { ttl: 10, loadCircuit: { failureThreshold: 1 } });
    await expect(cache.wrap('EUR', () => Promise.reject(new Boom('down')))).rejects.toThrow('down');
    await expect(cache.wrap('USD', () => 1)).rejects.toMatchObject({ ...open, site: 'load:rates' });
  });

  it.each<[object, string]>([
    [{ loadCircuit: 5 }, '@Cached: loadCircuit must be an object of options, or false, but got 5'],
    [
      { loadCircuit: { failureThreshold: 0 } },
      '@Cached: loadCircuit.failureThreshold must be a whole number of at least 1',
    ],
    [{ keyCircuit: { openFor: 0 } }, '@Cached: keyCircuit.openFor must be a duration of at least 1 ms'],
    [{ keyCircuit: { window: 5 } }, 'window is no option; it takes failureThreshold, openFor'],
  ])('check %o', (options, message) => {
    expect(() => upstream(options)).toThrow(message);
  });

  it('leave the callers’ end to the callers: one who leaves does not end the load of the others', async () => {
    const { call, method, clock } = upstream({ loadCircuit: {}, keyCircuit: {} });
    method.takes = 10;
    const controller = new AbortController();
    const [leaver, other] = [watch(call('a', controller.signal)), watch(call('a'))];
    await settle();
    controller.abort(new Boom('left'));
    await clock.advance(10);
    expect([(leaver.error as Error).message, other.value]).toEqual(['left', 'a 1']);
    expect(clock.pending).toBe(0);
  });
});
