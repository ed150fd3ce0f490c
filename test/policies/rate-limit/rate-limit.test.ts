import { AsyncLocalStorage } from 'node:async_hooks';
import { queryObjects } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { isRejected, RuntimeDisposedError, TimeoutError } from '../../../src/core/index.js';
import { RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import { TokenBucket } from '../../../src/policies/rate-limit/token-bucket.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, ManualClock, protectForTest, watch } from '../../../src/testing/index.js';

/** Notes which calls the method was started for. */
function noting() {
  const started: unknown[] = [];
  const method = async (...args: unknown[]) => {
    started.push(args[0]);
    return args[0];
  };
  return { started, method };
}

const algorithms = ['token-bucket', 'sliding-window', 'fixed-window', 'smooth'] as const;

const perSecond = (limit: number, more: object = {}) => ({ rateLimit: { limit, ...more } });

describe('RateLimit', () => {
  it('lets as many calls through as there are permits, and refuses the next without calling the method', async () => {
    const { started, method } = noting();
    const { call, clock } = protectForTest(method, perSecond(2));
    const seen = [call(1), call(2), call(3)].map(watch);
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'rejected']);
    expect(started).toEqual([1, 2]);
    expect(isRejected(seen[2]?.error)).toBe(true);
    expect(seen[2]?.error).toBeInstanceOf(RateLimitedError);
    expect(seen[2]?.error).toMatchObject({
      message: 'Service.method was not called: its rate limit has no room for it in the next 500 ms',
      code: 'HOLDFAST_RATE_LIMITED',
      policy: 'rateLimit',
      site: 'Service.method',
      limiter: 'Service.method',
      weight: 1,
      retryAfter: 500,
    });
  });

  it('RL15 says exactly until when asking again is certain to be refused', async () => {
    const { call, clock } = protectForTest(async () => 'ok', perSecond(3));
    await Promise.all([call(), call(), call()]);
    const { retryAfter } = (await call().catch((error) => error)) as RateLimitedError;
    expect(retryAfter).toBeGreaterThan(0);
    await clock.advance(retryAfter! - 0.01);
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError);
    await clock.advance(0.01);
    expect(await call()).toBe('ok');
  });

  it('arms no timer, neither for calls that pass nor for calls that are refused', async () => {
    const { call, clock } = protectForTest(async () => 'ok', perSecond(1));
    await Promise.allSettled([call(), call(), call()]);
    expect(clock.pending).toBe(0);
  });

  it('RL13 is asked again by a Retry that accepts refusals, and has the last word', async () => {
    let n = 0;
    const policies = {
      retry: { maxAttempts: 7, on: () => true, delay: 0, retryAfter: 'ignore' as const },
      ...perSecond(3, { algorithm: 'fixed-window' }),
    };
    const { call, clock } = protectForTest(() => Promise.reject(new Boom(`${++n}`)), policies);
    const seen = watch(call());
    await clock.advance(0);
    expect([n, seen.error]).toEqual([3, expect.any(RateLimitedError)]);
  });

  it('paces a Retry by its own retryAfter', async () => {
    const { started, method } = noting();
    const policies = { retry: { on: RateLimitedError, maxAttempts: 2, jitter: 'none' as const }, ...perSecond(1) };
    const { call, clock } = protectForTest(method, policies);
    const seen = [call('a'), call('b')].map(watch);
    await clock.advance(999);
    expect(seen[1]?.state).toBe('pending');
    await clock.advance(1);
    expect(started).toEqual(['a', 'b']);
  });

  it('is not asked by calls that an open circuit refuses', async () => {
    const { call, runtime } = protectForTest(
      async () => {
        throw new Boom('down');
      },
      { circuitBreaker: { failureThreshold: 1 }, ...perSecond(5) },
    );
    for (let i = 0; i < 4; i++) await expect(call()).rejects.toThrow();
    expect(runtime.limiters.get('Service.method').available).toBe(4);
  });

  it('refuses neutrally: a circuit around it counts nothing', async () => {
    const { call, runtime } = protectForTest(async () => 'ok', {
      circuitBreaker: { failureThreshold: 1 },
      ...perSecond(1),
    });
    await Promise.allSettled([call(), call(), call()]);
    expect(runtime.circuits.get('Service.method')).toMatchObject({
      state: 'closed',
      stats: { failures: 0, successes: 1 },
    });
  });

  it('counts and summarises what it did', async () => {
    const { call, clock, runtime } = protectForTest(async () => 'ok', perSecond(2, { per: '2s', maxWait: '1s' }));
    for (const promise of [call(), call(), call(), call()]) watch(promise);
    await clock.advance(5000);
    const [method] = [...runtime.methods()];
    expect(method?.policies[0]).toEqual({
      place: 'rateLimit',
      kind: 'rateLimit',
      uses: 'Service.method',
      summary: '2 per 2000 ms, waits up to 1000 ms',
      stats: { permitted: 2, waited: 1, rejected: 1 },
    });
    expect(runtime.limiters.stats()).toEqual({
      'Service.method': { permitted: 2, waited: 1, rejected: 1, waiting: 0, available: 2 },
    });
  });
});

describe('a call that waits for its permits', () => {
  it('is called in the order of arrival, each as soon as its permit is there', async () => {
    const { started, method } = noting();
    const { call, clock, events } = protectForTest(method, perSecond(1, { per: 100, maxWait: '1s' }));
    const seen = ['a', 'b', 'c'].map((name) => watch(call(name)));
    await clock.advance(99);
    expect([started, clock.pending]).toEqual([['a'], 1]);
    await clock.advance(1);
    expect(started).toEqual(['a', 'b']);
    await clock.advance(100);
    expect(seen.map(({ value }) => value)).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
    const fact = { site: 'Service.method', limiter: 'Service.method', weight: 1 };
    expect(events.of('rateLimit.waited')).toEqual([
      { ...fact, waited: 100 },
      { ...fact, waited: 200 },
    ]);
  });

  it('is not overtaken by one that comes when its permit is about to be there', async () => {
    const { started, method } = noting();
    const { call, clock } = protectForTest(method, perSecond(1, { per: 100, maxWait: '1s' }));
    for (const name of ['a', 'b']) watch(call(name));
    clock.skip(150); // the process was busy: the alarm of b is late
    watch(call('c'));
    await clock.advance(0);
    expect(started).toEqual(['a', 'b']);
    await clock.advance(100);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('is refused at once when it would wait longer than maxWait, however long the line is', async () => {
    const { call, clock, events } = protectForTest(async () => 'ok', perSecond(1, { per: 100, maxWait: 250 }));
    const seen = Array.from({ length: 5 }, () => watch(call()));
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending', 'rejected', 'rejected']);
    expect(seen[3]?.error).toMatchObject({ retryAfter: 50 });
    const fact = { site: 'Service.method', limiter: 'Service.method', weight: 1, retryAfter: 50 };
    expect(events.of('rateLimit.refused')).toEqual([fact, fact]);
    await clock.advance(50);
    expect(watch(call())).toMatchObject({ state: 'pending' });
    await clock.advance(250);
    expect(seen[2]?.state).toBe('resolved');
  });

  it('is refused at once when maxQueue calls wait already', async () => {
    const { call, clock } = protectForTest(async () => 'ok', perSecond(1, { per: 100, maxWait: '1m', maxQueue: 2 }));
    const seen = Array.from({ length: 4 }, () => watch(call()));
    await clock.advance(10);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending', 'rejected']);
    const refused = watch(call());
    await clock.advance(0);
    expect(refused.error).toMatchObject({ retryAfter: 90 });
  });

  it('is refused at once when nobody may wait at all', async () => {
    const { call } = protectForTest(async () => 'ok', perSecond(1, { per: 100, maxWait: '1m', maxQueue: 0 }));
    await call();
    await expect(call()).rejects.toMatchObject({ retryAfter: 100 });
  });

  it('is refused at once when it cannot fit the deadline of the call', async () => {
    const { call, clock, events } = protectForTest(async () => 'ok', {
      timeout: { total: 100 },
      ...perSecond(1, { maxWait: '10s' }),
    });
    const seen = [call(), call()].map(watch);
    await clock.advance(0);
    expect(seen[1]?.error).toBeInstanceOf(RateLimitedError);
    expect(seen[1]?.error).toMatchObject({ retryAfter: 1000 });
    await clock.advance(200);
    expect(events.of('timeout.struck')).toEqual([]);
  });

  it('is refused at once when it cannot fit the time of a protected call around it', async () => {
    const { call: inner, clock, runtime } = protectForTest(async () => 'ok', perSecond(1, { maxWait: '10s' }));
    const outer = protect(() => inner(), { timeout: 100 }, { id: 'Outer.method', runtime });
    expect(await outer()).toBe('ok');
    const seen = watch(outer());
    await clock.advance(0);
    expect(seen.error).toBeInstanceOf(RateLimitedError);
  });

  it('leaves in the same tick when its caller aborts, and whoever waits behind moves up', async () => {
    const { started, method } = noting();
    const { call, clock, runtime } = protectForTest(method, perSecond(1, { per: 100, maxWait: '1s' }));
    const controller = new AbortController();
    watch(call('a'));
    const left = watch(call('b', controller.signal));
    watch(call('c'));
    const limiter = runtime.limiters.get('Service.method');
    expect(limiter.stats.waiting).toBe(2);
    const reason = new Boom('gone');
    controller.abort(reason);
    expect(limiter.stats.waiting).toBe(1);
    await clock.advance(100);
    expect([left.error, started]).toEqual([reason, ['a', 'c']]);
    expect(clock.pending).toBe(0);
  });

  it('makes room for a lighter one at once when it leaves the line', async () => {
    const { started, method } = noting();
    const weight = (name: string) => (name === 'heavy' ? 10 : 1);
    const { call, clock } = protectForTest(method, perSecond(10, { weight, maxWait: '1m' }));
    for (let i = 0; i < 8; i++) watch(call('light'));
    const controller = new AbortController();
    watch(call('heavy', controller.signal));
    watch(call('next'));
    expect(started).toHaveLength(8);
    controller.abort();
    await clock.advance(0);
    expect(started.at(-1)).toBe('next');
  });

  it('never runs, and takes nothing, when its time is over in the tick in which it got its permit', async () => {
    const { started, method } = noting();
    const policies = { timeout: { total: 150 }, ...perSecond(1, { per: 100, maxWait: '1s' }) };
    const { call, clock, runtime } = protectForTest(method, policies, { clock: new ManualClock({ together: true }) });
    const seen = ['a', 'b'].map((name) => watch(call(name)));
    await clock.advance(0);
    clock.skip(150); // the process was busy: both alarms ring together, that of the permit first
    await clock.advance(0);
    expect(seen[1]?.error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'total' });
    expect([started, runtime.limiters.get('Service.method').available]).toEqual([['a'], 1]);
  });

  it('never joins the line when it is aborted by somebody who hears of those that pass', async () => {
    const policies = perSecond(1, { per: 100, maxWait: '10s' });
    const { call, clock, runtime } = protectForTest(async (..._: unknown[]) => 'ok', policies);
    const controller = new AbortController();
    const reason = new Boom('gone');
    runtime.events.on('rateLimit.waited', () => controller.abort(reason));
    const seen = [call(), call()].map(watch);
    clock.skip(150); // the alarm of the second is late: the newcomer lets it pass
    const left = watch(call(controller.signal));
    expect(runtime.limiters.get('Service.method').stats.waiting).toBe(0);
    await clock.advance(0);
    expect([...seen.map(({ state }) => state), left.error]).toEqual(['resolved', 'resolved', reason]);
    expect(clock.pending).toBe(0);
  });

  it('rejects when its runtime is disposed', async () => {
    const { call, clock, runtime } = protectForTest(async () => 'ok', perSecond(1, { maxWait: '10s' }));
    const seen = [call(), call()].map(watch);
    await clock.advance(0);
    const disposed = runtime.dispose();
    await clock.advance(0);
    expect(seen[1]?.error).toBeInstanceOf(RuntimeDisposedError);
    expect(clock.pending).toBe(0);
    await disposed;
  });

  it('starts in the async context of its own caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { call, clock } = protectForTest(
      async () => seen.push(context.getStore()),
      perSecond(1, { per: 100, maxWait: '1s' }),
    );
    for (const name of ['a', 'b', 'c']) context.run(name, () => watch(call()));
    await clock.advance(200);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('waits longer than a timer can, to the millisecond', async () => {
    const month = 31 * 86_400_000;
    const { call, clock } = protectForTest(async () => 'ok', perSecond(1, { per: '31d', maxWait: '365d' }));
    const seen = [call(), call()].map(watch);
    await clock.advance(month - 1);
    expect(seen[1]?.state).toBe('pending');
    await clock.advance(1);
    expect(seen[1]?.state).toBe('resolved');
  });
});

describe('a permit', () => {
  it('is given back when a bulkhead further in refuses', async () => {
    const { call, clock, runtime } = protectForTest(flaky.hanging(), { ...perSecond(5, { per: '1h' }), bulkhead: 1 });
    for (let i = 0; i < 4; i++) watch(call());
    await clock.advance(0);
    expect(runtime.limiters.get('Service.method').available).toBe(4);
  });

  it.each(algorithms)('is given back whatever the algorithm (%s), also after a wait', async (algorithm) => {
    const policies = {
      ...perSecond(2, { per: 3_600_000, maxWait: '2h', algorithm }),
      bulkhead: { maxConcurrent: 1 },
    };
    const { call, clock, runtime } = protectForTest(flaky.hanging(), policies);
    const limiter = runtime.limiters.get('Service.method');
    while (limiter.tryAcquire()) {}
    const seen = Array.from({ length: 4 }, () => watch(call()));
    await clock.advance(3_600_000); // the first one runs; what the second gives back goes to the third, and so on
    expect(seen.map(({ state }) => state)).toEqual(['pending', 'rejected', 'rejected', 'rejected']);
    expect(limiter.stats).toMatchObject({ waited: 4, waiting: 0, rejected: 0, available: 1 });
  });

  it('is given back when the attempt times out in the queue of a bulkhead', async () => {
    const policies = { ...perSecond(10), timeout: 500, bulkhead: { maxConcurrent: 1, maxQueue: 20 } };
    const { call, clock, runtime } = protectForTest(flaky.hanging(), policies);
    const seen = Array.from({ length: 10 }, () => watch(call()));
    await clock.advance(499);
    expect(runtime.limiters.get('Service.method').available).toBe(4);
    await clock.advance(1);
    expect(seen.map(({ state }) => state)).toEqual(Array(10).fill('rejected'));
    expect(runtime.limiters.get('Service.method').available).toBe(10);
  });

  it('is given back when the caller leaves the queue of a bulkhead', async () => {
    const { call, clock, runtime } = protectForTest(flaky.hanging(), {
      ...perSecond(5, { per: '1h' }),
      bulkhead: { maxConcurrent: 1, maxQueue: 5 },
    });
    const controller = new AbortController();
    watch(call());
    const queued = call as unknown as (signal: AbortSignal) => Promise<never>;
    watch(queued(controller.signal));
    await clock.advance(0);
    expect(runtime.limiters.get('Service.method').available).toBe(3);
    controller.abort();
    await clock.advance(0);
    expect(runtime.limiters.get('Service.method').available).toBe(4);
  });

  it('that comes back goes to the one who waits', async () => {
    const policies = {
      ...perSecond(2, { per: '1h', maxWait: '2h' }),
      bulkhead: { maxConcurrent: 1, maxQueue: 1, maxWait: 50 },
    };
    const { call, clock, runtime } = protectForTest(flaky.hanging(), policies);
    for (let i = 0; i < 3; i++) watch(call());
    await clock.advance(49);
    expect(runtime.limiters.get('Service.method').stats).toMatchObject({ waiting: 1, waited: 0 });
    await clock.advance(1);
    expect(runtime.limiters.get('Service.method').stats).toMatchObject({ waiting: 0, waited: 1, available: 0 });
  });

  it.each(algorithms)('is not given back once a %s was drained, as if nobody had asked before', async (algorithm) => {
    const policies = {
      ...perSecond(5, { per: '1h', algorithm }),
      timeout: 500,
      bulkhead: { maxConcurrent: 1, maxQueue: 20 },
    };
    const { call, clock, runtime } = protectForTest(flaky.hanging(), policies);
    const limiter = runtime.limiters.get('Service.method');
    limiter.tryAcquire();
    await clock.advance(3_600_000);
    const seen = Array.from({ length: 4 }, () => watch(call()));
    limiter.drain();
    await clock.advance(500);
    expect(seen.map(({ state }) => state)).toEqual(Array(4).fill('rejected'));
    expect(limiter.available).toBe(0);
  });

  // A hold was made when the call went on, not when it got its permits; what had happened in between was taken for its own.
  it.each(algorithms)(
    'of a %s is given back alone, whatever others take before the call goes on',
    async (algorithm) => {
      const { clock, runtime } = protectForTest(flaky.hanging(), {});
      const limiter = runtime.limiters.register('busy', { limit: 2, per: 100, algorithm });
      const method = () => {
        clock.skip(150); // all that was taken until now is made up for
        while (limiter.tryAcquire()) {}
        return new Promise<never>(() => {});
      };
      const rateLimit = { name: 'busy', maxWait: '10s' as const };
      const call = protect(method, { rateLimit, bulkhead: 1 }, { runtime, id: 'Service.busy' });
      limiter.tryAcquire();
      await clock.advance(100);
      while (limiter.tryAcquire()) {}
      const seen = [watch(call()), watch(call())];
      clock.skip(100); // both get theirs at once
      await clock.advance(0);
      expect(seen.map(({ state }) => state)).toEqual(['pending', 'rejected']);
      expect(limiter.available).toBe(0);
    },
  );

  it('is forgotten once the call has come to its end', async () => {
    const aHold = new TokenBucket({ limit: 1, per: 1, burst: 1 }).hold(1, 0);
    const policies = { ...perSecond(1000), bulkhead: { maxConcurrent: 1, maxQueue: 10 } };
    const { call } = protectForTest(async () => 'ok', policies);
    for (let i = 0; i < 50; i++) await Promise.all([call(), call(), call()]);
    expect(queryObjects(aHold.constructor)).toBe(1);
  });

  it('is forgotten as soon as the method has started, or somebody has it in hand, also after a wait', async () => {
    const aHold = new TokenBucket({ limit: 1, per: 1, burst: 1 }).hold(1, 0);
    const { call, clock, runtime } = protectForTest(flaky.hanging(), perSecond(1, { per: 100, maxWait: '10s' }));
    for (let i = 0; i < 5; i++) watch(call());
    watch(runtime.limiters.get('Service.method').acquire());
    await clock.advance(500);
    expect(runtime.limiters.get('Service.method').stats).toMatchObject({ permitted: 1, waited: 5 });
    expect(queryObjects(aHold.constructor)).toBe(1);
  });

  it('stays spent once the method has started, whatever became of the call', async () => {
    const policies = { ...perSecond(5, { per: '1h' }), timeout: 100, bulkhead: { maxConcurrent: 1, maxQueue: 5 } };
    const { call, clock, runtime } = protectForTest(
      (): Promise<never> => clock.sleep(60).then(() => Promise.reject(new Boom('down'))),
      policies,
    );
    const seen = [call(), call()].map(watch);
    await clock.advance(1000);
    expect(seen.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
    expect(seen[1]?.error).toBeInstanceOf(TimeoutError);
    expect(runtime.limiters.get('Service.method').available).toBe(3);
  });
});

describe('a weight', () => {
  it('is what a call takes', async () => {
    const { call, runtime } = protectForTest(async () => 'ok', perSecond(10, { weight: 4 }));
    await Promise.all([call(), call()]);
    expect(runtime.limiters.get('Service.method').available).toBe(2);
    await expect(call()).rejects.toMatchObject({ weight: 4, retryAfter: 200 });
  });

  it('by function sees the arguments and the instance', async () => {
    class Batch {
      readonly factor = 3;
      readonly send = send;
    }
    const weight = function (this: Batch, ids: readonly number[]) {
      return ids.length * this.factor;
    };
    const { runtime } = protectForTest(async () => 0, {});
    const send = protect(async (ids: readonly number[]) => ids.length, perSecond(10, { weight }), {
      id: 'Batch.send',
      runtime,
    });
    expect(await new Batch().send([1, 2, 3])).toBe(3);
    expect(runtime.limiters.get('Batch.send').available).toBe(1);
  });

  it('of 0 passes freely, even past those who wait', async () => {
    const { started, method } = noting();
    const { call, clock } = protectForTest(method, perSecond(1, { weight: (n: number) => n, maxWait: '1m' }));
    for (const n of [1, 1, 0]) watch(call(n));
    await clock.advance(0);
    expect(started).toEqual([1, 0]);
  });

  it('that can never fit is refused at once, and for good', async () => {
    const { call } = protectForTest(async (n: number) => n, perSecond(10, { weight: (n: number) => n, maxWait: '1m' }));
    await expect(call(11)).rejects.toMatchObject({
      message: 'Service.method was not called: its weight of 11 is more than its rate limit ever lets through at once',
      retryAfter: Number.POSITIVE_INFINITY,
    });
    expect(await call(10)).toBe(10);
  });

  it.each([
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    ['2', "'2'"],
    [undefined, 'undefined'],
  ])('by function that returns %s rejects the call and says so', async (weight, shown) => {
    const { started, method } = noting();
    const { call } = protectForTest(method, perSecond(10, { weight: () => weight as number }));
    await expect(call()).rejects.toMatchObject({
      code: 'HOLDFAST_INVALID_OPTIONS',
      message: `Service.method: @RateLimit: weight must return a number of at least 0, but got ${shown}`,
    });
    expect(started).toEqual([]);
  });

  it('by function that throws rejects the call with that very error', async () => {
    const boom = new Boom('weight');
    const weight = () => {
      throw boom;
    };
    await expect(protectForTest(async () => 'ok', perSecond(10, { weight })).call()).rejects.toBe(boom);
  });
});

describe('a limiter that is split by key', () => {
  it('has permits for each key', async () => {
    const { call, runtime } = protectForTest(
      async (user: string) => user,
      perSecond(1, { key: (user: string) => user }),
    );
    expect(await Promise.all([call('a'), call('b')])).toEqual(['a', 'b']);
    await expect(call('a')).rejects.toBeInstanceOf(RateLimitedError);
    expect(runtime.limiters.stats()['Service.method']).toMatchObject({ permitted: 2, rejected: 1, available: 1 });
  });

  it('is not shaken off by new keys: those with spent permits stay', async () => {
    const { call, clock } = protectForTest(
      async (user: string) => user,
      perSecond(1, { key: (user: string) => user, maxKeys: 2 }),
    );
    await Promise.all([call('a'), call('b')]);
    expect(await call('c')).toBe('c'); // the one that all further keys share
    await expect(call('d')).rejects.toBeInstanceOf(RateLimitedError);
    await expect(call('a')).rejects.toBeInstanceOf(RateLimitedError);
    await clock.advance(1000);
    expect(await call('d')).toBe('d');
  });

  it('rejects the call when the key function throws', async () => {
    const boom = new Boom('key');
    const key = () => {
      throw boom;
    };
    await expect(protectForTest(async () => 'ok', perSecond(1, { key })).call()).rejects.toBe(boom);
  });
});
