import { describe, expect, it } from 'vitest';
import { markPermanent } from '../../../src/core/index.js';
import { ThrottledError } from '../../../src/policies/adaptive-throttle/index.js';
import { explain } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { throttled } from './throttled.js';

describe('a throttle', () => {
  it('lets everything through, and asks no chance, as long as enough succeeds', async () => {
    const { fail, succeed, throttle, callee, chance } = throttled({ successThreshold: 0.9, minimumCalls: 0 });
    await succeed(90);
    await fail(10);
    expect([callee.calls, chance.asked]).toEqual([100, 0]);
    expect(throttle.stats).toEqual({ requests: 100, accepts: 90, refused: 0, rejectionRate: 0 });
  });

  it('refuses the share that is beyond what the callee accepts', async () => {
    const { call, callee, chance, throttle, succeed, fail } = throttled({ successThreshold: 0.9, minimumCalls: 0 });
    await succeed(90);
    await fail(30);
    expect(throttle.rejectionRate).toBe(20 / 121);
    chance.draws = 20 / 121;
    await expect(call()).rejects.toBeInstanceOf(Boom);
    chance.draws = throttle.rejectionRate - 1e-9;
    await expect(call()).rejects.toBeInstanceOf(ThrottledError);
    expect(callee.calls).toBe(121);
  });

  it('counts what it refuses as asked for, so that it refuses more while nothing is accepted', async () => {
    const { call, chance, throttle, fail } = throttled({ minimumCalls: 0 });
    await fail(1);
    chance.draws = 0;
    for (const rate of [1 / 2, 2 / 3, 3 / 4, 4 / 5, 5 / 6, 6 / 7, 7 / 8, 8 / 9, 0.9, 0.9]) {
      expect(throttle.rejectionRate).toBe(rate);
      await expect(call()).rejects.toMatchObject({ rejectionRate: rate });
    }
    expect(throttle.stats).toEqual({ requests: 11, accepts: 0, refused: 10, rejectionRate: 0.9 });
  });

  it('always lets some calls through, and comes back by them when the callee is well again', async () => {
    const { call, callee, chance, throttle, fail, clock } = throttled({ window: '10s', successThreshold: 0.5 });
    await fail(100);
    callee.does = async () => 'done';
    const passed: number[] = [];
    for (let second = 0; second < 30; second++) {
      callee.calls = 0;
      for (let n = 0; n < 20; n++) {
        chance.draws = ((n * 7) % 20) / 20;
        await call().catch(() => undefined);
      }
      passed.push(callee.calls);
      await clock.advance(1000);
    }
    expect(passed[0]).toBe(2);
    expect([passed.at(-1), throttle.rejectionRate]).toEqual([20, 0]);
  });

  it('AT3 refuses nothing below the minimum of calls', async () => {
    const { throttle, fail } = throttled({ minimumCalls: 2 });
    await fail(1);
    expect(throttle.rejectionRate).toBe(0);
    await fail(1);
    expect(throttle.rejectionRate).toBe(2 / 3);
  });

  it('refuses nothing below ten calls unless it is told otherwise, also when all of them fail', async () => {
    const { call, callee, chance, throttle, fail } = throttled();
    chance.draws = 0;
    await fail(9);
    expect([throttle.rejectionRate, throttle.isBusy]).toEqual([0, false]);
    await fail(1);
    expect([callee.calls, chance.asked, throttle.rejectionRate]).toEqual([10, 0, 0.9]);
    await expect(call()).rejects.toBeInstanceOf(ThrottledError);
  });

  it('refuses nothing as long as half of the calls succeed, unless it is told otherwise', async () => {
    const { callee, chance, throttle, fail, succeed } = throttled();
    chance.draws = 0;
    for (let n = 0; n < 50; n++) {
      await succeed(1);
      await fail(1);
    }
    expect([callee.calls, chance.asked, throttle.rejectionRate]).toEqual([100, 0, 0]);
    await fail(1);
    expect([callee.calls, throttle.rejectionRate]).toEqual([101, 1 / 102]);
  });

  it('forgets part by part what is longer ago than its window', async () => {
    const { clock, throttle, fail } = throttled({ window: '10s', minimumCalls: 0 });
    await fail(2);
    await clock.advance(5000);
    await fail(1);
    expect(throttle.stats).toMatchObject({ requests: 3, rejectionRate: 3 / 4 });
    await clock.advance(4999);
    expect(throttle.stats).toMatchObject({ requests: 3 });
    await clock.advance(1);
    expect(throttle.stats).toMatchObject({ requests: 1, rejectionRate: 1 / 2 });
    await clock.advance(5000);
    expect(throttle.stats).toEqual({ requests: 0, accepts: 0, refused: 0, rejectionRate: 0 });
  });

  it('looks at the last minute unless it is told otherwise', async () => {
    const { clock, throttle, fail } = throttled();
    await fail(1);
    await clock.advance(59_999);
    expect(throttle.stats.requests).toBe(1);
    await clock.advance(1);
    expect(throttle.stats.requests).toBe(0);
  });

  it('sets no alarm', async () => {
    const { clock, chance, fail, throttle } = throttled({ minimumCalls: 0 });
    await fail(3);
    chance.draws = 0;
    await fail(3);
    expect([throttle.totals.refused, clock.pending]).toEqual([3, 0]);
  });
});

describe('a refusal', () => {
  it('is an error that says why, and never when to come back', async () => {
    const { call, chance, throttle, succeed, fail } = throttled({ successThreshold: 0.9, minimumCalls: 0 });
    await succeed(90);
    await fail(30);
    chance.draws = 0;
    const refusal = await call().catch((error) => error);
    expect(refusal).toMatchObject({
      name: 'ThrottledError',
      code: 'HOLDFAST_THROTTLED',
      message: 'Service.method was not called: its throttle refuses 17 % of the calls, as too few succeed',
      site: 'Service.method',
      policy: 'adaptiveThrottle',
      throttle: 'Service.method',
      rejectionRate: 20 / 121,
      retryAfter: undefined,
    });
    expect(throttle.totals).toEqual({ passed: 120, refused: 1 });
  });

  it.each([
    [0.9, '90 %'],
    [1, '100 %'],
    [1 / 3, '33 %'],
    [0.0004, '0.04 %'],
  ])('never says that nothing is refused: %d is %s', (rejectionRate, percent) => {
    const { message } = new ThrottledError({ site: 'A.b', throttle: 't', rejectionRate });
    expect(message).toBe(`A.b was not called: its throttle refuses ${percent} of the calls, as too few succeed`);
  });

  it('is told, with the throttle and its present share', async () => {
    const { call, chance, events, fail } = throttled({ name: 'search', minimumCalls: 0 });
    await fail(1);
    chance.draws = 0;
    await expect(call()).rejects.toBeInstanceOf(ThrottledError);
    expect(events.of('throttle.refused')).toEqual([
      { site: 'Service.method', throttle: 'search', rejectionRate: 1 / 2 },
    ]);
  });
});

describe('what a call says of the callee', () => {
  it.each([
    ['an error is a failure', {}, new Boom('x'), { requests: 1, accepts: 0 }],
    ['an error that `except` names is an answer', { except: Boom }, new Boom('x'), { requests: 1, accepts: 1 }],
    ['an error that `on` does not name is an answer', { on: TypeError }, new Boom('x'), { requests: 1, accepts: 1 }],
    ['an error marked permanent is an answer', {}, markPermanent(new Boom('x')), { requests: 1, accepts: 1 }],
    ['an error that `ignore` names says nothing', { ignore: Boom }, new Boom('x'), { requests: 0, accepts: 0 }],
  ])('%s', async (_what, rules, error, counted) => {
    const { call, callee, throttle } = throttled({ ...rules, minimumCalls: 0 });
    callee.does = () => Promise.reject(error);
    await expect(call()).rejects.toBe(error);
    expect(throttle.stats).toMatchObject(counted);
    expect(throttle.isBusy).toBe(counted.requests > counted.accepts);
  });

  it('is a failure where a predicate throws, and that is reported', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const except = () => {
      throw new Error('broken except');
    };
    const { fail, throttle } = throttled({ except });
    await fail(1);
    expect(throttle.stats).toMatchObject({ requests: 1, accepts: 0 });
    expect((await warned).message).toContain('broken except');
    expect((await warned).message).toContain('Service.method @AdaptiveThrottle');
  });

  it('is said when it settles: slow calls under way look like no failures', async () => {
    const { call, callee, clock, throttle } = throttled();
    callee.does = () => clock.sleep(5000);
    const slow = Array.from({ length: 50 }, () => watch(call()));
    await clock.advance(4999);
    expect(throttle.stats).toEqual({ requests: 0, accepts: 0, refused: 0, rejectionRate: 0 });
    await clock.advance(1);
    expect([throttle.stats.accepts, slow.every(({ state }) => state === 'resolved')]).toEqual([50, true]);
  });

  it('is nothing where the call came before all that is remembered', async () => {
    const { call, callee, clock, throttle } = throttled({ window: 1000 });
    callee.does = () => clock.sleep(1000).then(() => Promise.reject(new Boom('late')));
    const late = watch(call());
    await clock.advance(1000);
    expect([late.state, throttle.stats.requests, throttle.isBusy]).toEqual(['rejected', 0, false]);
    callee.does = () => clock.sleep(899).then(() => Promise.reject(new Boom('in time')));
    void call().catch(() => {});
    await clock.advance(899);
    expect(throttle.stats.requests).toBe(1);
  });

  it('is nothing where the caller has left', async () => {
    const { runtime, call } = protectForTest((_signal: AbortSignal) => new Promise(() => {}), { adaptiveThrottle: {} });
    const caller = new AbortController();
    const left = watch(call(caller.signal));
    caller.abort('left');
    await settle();
    const throttle = runtime.throttles.get('Service.method');
    expect([left.error, throttle.stats.requests, throttle.isBusy]).toEqual(['left', 0, false]);
  });

  it('is a failure where a timeout of ours strikes while the method runs, and nothing while the call is queued', async () => {
    const method = flaky.hanging();
    const { call, clock, runtime } = protectForTest(method, {
      adaptiveThrottle: {},
      timeout: 100,
      bulkhead: { maxConcurrent: 1, maxQueue: 1 },
    });
    const seen = [watch(call()), watch(call())];
    await clock.advance(100);
    expect(seen.map(({ error }) => (error as Error).name)).toEqual(['TimeoutError', 'TimeoutError']);
    expect([method.calls, runtime.throttles.get('Service.method').stats.requests]).toEqual([1, 1]);
  });

  it('is a failure where the time of the whole call ends during an attempt', async () => {
    const { call, clock, runtime } = protectForTest(flaky.hanging(), { adaptiveThrottle: {}, timeout: { total: 100 } });
    watch(call());
    await clock.advance(100);
    expect(runtime.throttles.get('Service.method').stats).toMatchObject({ requests: 1, accepts: 0 });
  });
});

describe('a use of a throttle', () => {
  it('counts what it let through and refused, and tells in a few words what it does', async () => {
    const { call, chance, fail, runtime } = throttled({ window: '30s', successThreshold: 0.9, minimumCalls: 0 });
    await fail(3);
    chance.draws = 0;
    await call().catch(() => {});
    const [prepared] = runtime.methods();
    expect(prepared?.policies).toEqual([
      {
        place: 'adaptiveThrottle',
        kind: 'adaptiveThrottle',
        uses: 'Service.method',
        summary: 'refuses up to 90 % while fewer than 90 % succeed in 30000 ms',
        stats: { passed: 3, refused: 1 },
      },
    ]);
  });

  it('makes a call neither longer nor more attempts', () => {
    const { call } = throttled({}, { timeout: { total: 500 }, retry: { maxAttempts: 2 } });
    expect(explain(call)).toMatchObject([{ attempts: 2, duration: 500 }]);
  });

  it('gives the outcome of the method as it is', async () => {
    const { call, callee } = throttled();
    const error = new Boom('mine');
    callee.does = () => Promise.reject(error);
    await expect(call()).rejects.toBe(error);
    callee.does = () => {
      throw error;
    };
    await expect(call()).rejects.toBe(error);
  });

  it('does nothing when it is not enabled', async () => {
    const { call, chance, fail, callee } = throttled({ enabled: false, minimumCalls: 0 });
    await fail(5);
    chance.draws = 0;
    await expect(call()).rejects.toBeInstanceOf(Boom);
    expect([callee.calls, chance.asked]).toEqual([6, 0]);
  });
});
