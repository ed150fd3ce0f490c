import { describe, expect, it, vi } from 'vitest';
import { type CurrentCall, currentCall } from '../../src/core/index.js';
import { type GivenPolicies, protect } from '../../src/runtime/index.js';
import { Boom, flaky, ManualClock, protectForTest, settle, testRuntime, watch } from '../../src/testing/index.js';

/** A method in a runtime that nobody watches, as most are in production. */
function unwatched(policies: GivenPolicies, method: (...args: any[]) => Promise<unknown>, options = {}) {
  const world = testRuntime({ ...options, record: false });
  const call = protect(method, policies, { id: 'Service.method', runtime: world.runtime });
  return { ...world, call, stats: () => [...world.runtime.methods()][0]?.stats };
}

describe('a call that is cancelled through what an attempt kept of it', () => {
  // Only the attempt was marked: a cancel through it neither rejected a later attempt nor was it counted as one.
  it.each<[string, GivenPolicies]>([
    ['nothing else', {}],
    ['a timeout', { timeout: '1h' }],
    ['both timeouts', { timeout: { attempt: '1h', total: '2h' } }],
  ])('ends at once in a later attempt, with %s around it', async (_what, policies) => {
    let kept: CurrentCall | undefined;
    let ran = 0;
    const { call, clock, stats } = unwatched({ retry: { delay: 0 }, ...policies }, () => {
      kept ??= currentCall();
      return ran++ === 0 ? Promise.reject(new Boom('first')) : new Promise(() => {});
    });
    const seen = watch(call());
    await settle();
    expect(ran).toBe(2);
    kept?.cancel('enough');
    await settle();
    expect(seen).toEqual({ state: 'rejected', error: 'enough' });
    expect(stats()).toMatchObject({ cancelled: 1, failures: 0 });
    expect(clock.pending).toBe(0);
  });

  it('makes no further attempt when it is cancelled between the end of a wait and the attempt', async () => {
    const together = { clock: new ManualClock({ together: true }) };
    let kept: CurrentCall | undefined;
    const method = vi.fn(async () => {
      kept ??= currentCall();
      throw new Boom('x');
    });
    const { call, clock } = unwatched({ retry: { delay: 100, jitter: 'none' } }, method, together);
    const seen = watch(call());
    await settle();
    clock.later(100, () => kept?.cancel('enough')); // rings right after the wait, before anything that awaits it
    await clock.advance(1000);
    expect(seen.error).toBe('enough');
    expect(method).toHaveBeenCalledTimes(1);
  });
});

const around: GivenPolicies = { timeout: { attempt: '1h', total: '2h' }, circuitBreaker: {} };

describe('a call that is cancelled by a method that it had to wait for', () => {
  // Whoever stood further out had looked whether to watch the call before the wait, when nobody could end it: it never settled.
  it.each<[string, GivenPolicies, number]>([
    ['a slot', { bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, 2],
    ['a permit', { rateLimit: { limit: 1, per: 100, maxWait: '1s' } }, 2],
    ['a next attempt', { retry: { delay: 50, jitter: 'none' } }, 2],
    ['a slot, with timeouts and a circuit around', { ...around, bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, 2],
    ['injected latency', { chaos: { enabled: true, rate: 1, latency: 50 } }, 1],
  ])('ends at once, though the method hangs: %s', async (_what, policies, run) => {
    let ran = 0;
    const { call, clock, stats } = unwatched(policies, async (first: boolean) => {
      if (++ran === run) {
        currentCall()?.cancel('enough');
        return new Promise(() => {});
      }
      await clock.sleep(50);
      if (!first || policies.retry) throw new Boom('once');
      return 'first';
    });
    const [one, two] = [watch(call(true)), watch(call(false))];
    await clock.advance(1000);
    expect([one, two]).toContainEqual({ state: 'rejected', error: 'enough' });
    expect(stats()).toMatchObject({ cancelled: 1 });
  });
});

describe('with asyncContext', () => {
  const context = { asyncContext: true };

  // Only what happened before the first await could take hold of the call: a later cancel was lost.
  it('a call can be cancelled after an await', async () => {
    const { call, stats } = unwatched(
      {},
      async () => {
        await null;
        currentCall()?.cancel('enough');
        return new Promise(() => {});
      },
      context,
    );
    await expect(call()).rejects.toBe('enough');
    expect(stats()).toMatchObject({ cancelled: 1, successes: 0 });
  });

  // Work that went on after its call had settled failed at the call's old deadline, and left retries to a layer
  // that repeated nothing any more.
  it('what goes on after its call has settled keeps no deadline of it, and retries itself', async () => {
    const nested = flaky.failing([new Boom('a'), new Boom('b')], 'done');
    const { call, clock, runtime } = unwatched(
      { retry: 3, timeout: { attempt: 100, total: 200 } },
      async () => {
        background = watch(clock.sleep(500).then(() => inner()));
        return 'answer';
      },
      context,
    );
    let background: ReturnType<typeof watch> | undefined;
    const inner = protect(nested, { retry: { delay: 0 } }, { id: 'Inner.method', runtime });
    expect(await call()).toBe('answer');
    await clock.advance(1000);
    expect(background).toEqual({ state: 'resolved', value: 'done' });
  });
});

describe('a nested call with a signal of its own', () => {
  it('is ended by the call around it all the same', async () => {
    const nested: { seen?: ReturnType<typeof watch> } = {};
    const { call, clock, runtime } = unwatched({ timeout: 100 }, () => {
      nested.seen = watch(inner(new AbortController().signal));
      return new Promise(() => {});
    });
    const inner = protect(
      (_signal: AbortSignal) => new Promise(() => {}),
      { bulkhead: 1 },
      { id: 'Inner.method', runtime },
    );
    watch(call());
    await clock.advance(100);
    expect(nested.seen?.error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'inherited', site: 'Inner.method' });
  });

  it('may wait in a queue no longer than the call around it', async () => {
    const nested: { seen?: ReturnType<typeof watch> } = {};
    const { call, clock, runtime } = unwatched({ timeout: 100 }, () => {
      nested.seen = watch(inner());
      return new Promise(() => {});
    });
    const method = flaky.hanging();
    const inner = protect(method, { bulkhead: { maxConcurrent: 1, maxQueue: 5 } }, { id: 'Inner.method', runtime });
    watch(inner());
    watch(call());
    expect(runtime.bulkheads.get('Inner.method')).toMatchObject({ running: 1, queued: 1 });
    await clock.advance(100);
    expect(nested.seen?.error).toMatchObject({ scope: 'inherited' });
    expect([runtime.bulkheads.get('Inner.method').queued, method.calls]).toEqual([0, 1]);
  });
});

describe('one and the same error', () => {
  // It was remembered for ever as used up: the next call that failed with it was not repeated.
  it('ends each call only after all of its attempts', async () => {
    const method = flaky.failing(Array(9).fill(new Boom('always the same')), 0);
    const { call } = protectForTest(method, { retry: { delay: 0 } });
    for (const expected of [3, 6, 9]) {
      await expect(call()).rejects.toThrow('always the same');
      expect(method.calls).toBe(expected);
    }
  });
});

describe('a function of the user that throws while an outcome is judged', () => {
  const wrong = () => {
    throw new TypeError('a mistake in a predicate');
  };

  it.each<[string, GivenPolicies]>([
    ['retry.on', { retry: { delay: 0, on: wrong } }],
    ['retry.except', { retry: { delay: 0, except: wrong } }],
    ['retry.backoff', { retry: { backoff: wrong } }],
    ['a backoff that is no duration', { retry: { backoff: (() => 'soon') as never } }],
    ['fallback.on', { fallback: { value: 1, on: wrong } }],
  ])('%s leaves the method’s own error as it is, and is told once', async (_what, policies) => {
    const boom = new Boom('own');
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { call } = unwatched(policies, () => Promise.reject(boom));
    await expect(call()).rejects.toBe(boom);
    await expect(call()).rejects.toBe(boom);
    expect(warnings).toHaveBeenCalledTimes(1);
    warnings.mockRestore();
  });

  it('retry.whenResult leaves the value as it is', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { call } = unwatched({ retry: { delay: 0, whenResult: wrong } }, async () => 'value');
    expect(await call()).toBe('value');
    expect(warnings).toHaveBeenCalledTimes(1);
    warnings.mockRestore();
  });
});

describe('more time', () => {
  it('is given to the attempt, and never beyond the patience for the whole call', async () => {
    const { call, clock } = unwatched({ timeout: { attempt: 100, total: 150 } }, () => {
      const own = currentCall();
      own?.extend(1000);
      expect(own?.remaining).toBe(150);
      return new Promise(() => {});
    });
    const seen = watch(call());
    await clock.advance(149);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.error).toMatchObject({ scope: 'total' });
  });

  it('is not given where only the whole call has a limit: that patience is the caller’s', async () => {
    const { call, clock } = unwatched({ timeout: { total: 100 } }, () => {
      currentCall()?.extend(1000);
      return new Promise(() => {});
    });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toMatchObject({ scope: 'total', after: 100 });
  });

  it('must be a duration', async () => {
    const { call } = unwatched({}, async () => currentCall()?.extend('soon' as never));
    await expect(call()).rejects.toThrow(/^extend\(\) takes a duration \(.*\), but got 'soon'$/);
  });
});
