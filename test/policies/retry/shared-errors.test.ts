import { describe, expect, it } from 'vitest';
import { isUsedUp, resilienceInfo, TimeoutError } from '../../../src/core/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, settle, testRuntime, watch } from '../../../src/testing/index.js';

const plain = { maxAttempts: 3, delay: 10, backoff: 'constant', jitter: 'none', budget: false } as const;

describe('one error that ends several calls', () => {
  // A connection that breaks ends all requests on it with one object: the call that was at its last attempt cost the others theirs.
  it('costs none of them its attempts', async () => {
    const tries: Record<string, number> = {};
    const fail: Record<string, (error: unknown) => void> = {};
    const { call, clock } = protectForTest(
      (who: string) => {
        tries[who] = (tries[who] ?? 0) + 1;
        return new Promise<never>((_, reject) => {
          fail[who] = reject;
        });
      },
      { retry: plain },
    );
    watch(call('a'));
    for (const message of ['1', '2']) {
      fail.a?.(new Boom(message));
      await clock.advance(10);
    }
    watch(call('b'));
    fail.b?.(new Boom('1'));
    await clock.advance(10);
    const shared = new Boom('the connection broke');
    fail.a?.(shared);
    fail.b?.(shared);
    await clock.advance(10);
    expect(tries).toEqual({ a: 3, b: 3 });
  });

  // The count was kept with the error, and went on from call to call.
  it('knows of the nested retries of the last of them alone', async () => {
    const { runtime, clock } = testRuntime();
    const shared = new Boom('always the same');
    const inner = protect(async () => Promise.reject(shared), { retry: plain }, { id: 'inner', runtime });
    const outer = protect(() => inner(), { retry: plain }, { id: 'outer', runtime });
    for (let round = 0; round < 3; round++) {
      watch(outer());
      await clock.advance(100);
      expect(resilienceInfo(shared)?.nestedRetries).toBe(3);
    }
  });

  it('knows of them too where each attempt has an error of its own', async () => {
    const { runtime, clock } = testRuntime();
    const inner = protect(
      flaky.failing([new Boom('1'), new Boom('2'), new Boom('3')], 'up'),
      { retry: plain },
      { runtime },
    );
    const outer = protect(async () => inner(), { retry: plain }, { id: 'outer', runtime });
    const seen = watch(outer());
    await clock.advance(100);
    expect(resilienceInfo(seen.error)).toMatchObject({ attempts: 3, nestedRetries: 3, exhausted: true });
  });
});

describe('a call whose whole time ran out', () => {
  const hung = { retry: { ...plain, delay: 0 }, timeout: { attempt: 40, total: 100 } };

  // Attempts multiplied: nothing was noted beside the timeout of the inner call, or too late.
  it('is not begun anew by a layer further out that could not be seen', async () => {
    const { runtime, clock } = testRuntime();
    let tried = 0;
    const inner = protect(
      () => {
        tried++;
        return new Promise<never>(() => {});
      },
      hung,
      { id: 'inner', runtime },
    );
    const outer = protect(
      async () => {
        await null;
        return inner();
      },
      { retry: { ...plain, delay: 0 } },
      { id: 'outer', runtime },
    );
    const seen = watch(outer());
    await clock.advance(1000);
    expect(tried).toBe(3);
    expect(seen.error).toBeInstanceOf(TimeoutError);
  });

  it('tells its substitute of the attempts', async () => {
    const { call, clock } = protectForTest(() => new Promise<unknown>(() => {}), {
      ...hung,
      fallback: { call: (error: unknown) => resilienceInfo(error) },
    });
    const seen = watch(call());
    await clock.advance(1000);
    expect(seen.value).toMatchObject({ attempts: 3, elapsed: 100, exhausted: true });
  });

  it('is used up, in an attempt as in a backoff; an abort uses up nothing', async () => {
    const { call, clock } = protectForTest(
      async (_signal: AbortSignal): Promise<never> => {
        await clock.sleep(450);
        throw new Boom('late');
      },
      { retry: { ...plain, delay: 30 }, timeout: { total: 1000 } },
    );
    const caller = new AbortController();
    const reason = new Error('left');
    const seen = [watch(call(new AbortController().signal)), watch(call(caller.signal))];
    await clock.advance(945);
    caller.abort(reason);
    await clock.advance(100);
    expect(seen.map(({ error }) => resilienceInfo(error))).toMatchObject([
      { attempts: 3, exhausted: true },
      { attempts: 2, exhausted: false },
    ]);
    expect(isUsedUp(reason, 0, {})).toBe(false);
  });
});

describe('an attempt that fails while its runtime is being disposed', () => {
  // It was told that a retry follows, and rejected with RuntimeDisposedError: the method’s own error was lost.
  it('is the last one, and its error stays', async () => {
    const settled = deferred();
    const { call, clock, runtime, events } = protectForTest(() => settled.promise, { retry: plain });
    const seen = watch(call());
    await settle();
    const gone = runtime.dispose({ drain: 1000 });
    const boom = new Boom('mine');
    settled.reject(boom);
    await clock.advance(0);
    await gone;
    expect(seen.error).toBe(boom);
    expect(events.of('retry.scheduled')).toEqual([]);
  });
});

describe('waits that cannot be reckoned with', () => {
  it('stay nothing where nothing is multiplied', async () => {
    const method = flaky.failing(Array(3).fill(new Boom('x')), 'up');
    const { call, runtime } = protectForTest(method, { retry: { maxAttempts: 4, delay: 0, multiplier: 1e300 } });
    expect(await call()).toBe('up');
    expect([...runtime.methods()][0]?.policies[0]?.stats.delayed).toBe(0);
  });

  it.each<[string, object]>([
    ['backoff', { backoff: () => -5 }],
    ['policy.delay', { policy: { shouldRetry: () => true, delay: () => 'soon' } }],
  ])('are reported by the name of their option: %s', async (option, retry) => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const boom = new Boom('down');
    const { call } = protectForTest(async () => Promise.reject(boom), { retry });
    await expect(call()).rejects.toBe(boom);
    expect(String(await warned)).toContain(`${option} of @Retry must return a duration`);
  });

  it('are no concern of a list, however short maxDuration is', async () => {
    const method = flaky.failing([new Boom('1'), new Boom('2')], 'up');
    const { call, clock } = protectForTest(method, { retry: { backoff: [10, 20], jitter: 'none', maxDuration: 50 } });
    const seen = watch(call());
    await clock.advance(30);
    expect(seen.value).toBe('up');
  });
});

describe('what was never called', () => {
  it('for a wrong limit is not tried again, and is no failure of the callee', async () => {
    const timeout = { attempt: () => 'soon' as never };
    const { call, events, runtime } = protectForTest(async () => 'up', { retry: plain, circuitBreaker: {}, timeout });
    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_INVALID_OPTIONS' });
    expect(events.of('retry.scheduled')).toEqual([]);
    expect(runtime.circuits.get('Service.method').stats).toMatchObject({ failures: 0, successes: 0 });
  });
});

function deferred() {
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  return { promise, reject };
}
