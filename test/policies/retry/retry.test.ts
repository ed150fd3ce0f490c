import { describe, expect, it, vi } from 'vitest';
import { markPermanent, RejectedError, resilienceInfo } from '../../../src/core/index.js';
import { type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, watch } from '../../../src/testing/index.js';

const plain = { jitter: 'none', delay: 0 } as const;
const forever = (error: unknown) => Array.from({ length: 200 }, () => error);

/** Runs one call to its end, moving the clock as far as needed. */
async function outcome(policies: GivenPolicies, method: () => Promise<unknown>) {
  const world = protectForTest(method, policies);
  const seen = watch(world.call());
  await world.clock.advance(3_600_000);
  return { ...world, seen };
}

describe('Retry', () => {
  it('RT1 tries as often as it may, and then rejects with the very error that the method threw', async () => {
    const boom = new Boom('down');
    const method = flaky.failing(forever(boom), 'never');
    const { seen } = await outcome({ retry: { ...plain, maxAttempts: 6 } }, method);
    expect(method.calls).toBe(6);
    expect(seen.error).toBe(boom);
  });

  it('RT2 starts no attempt at or after maxDuration', async () => {
    const { call, clock } = protectForTest(
      (): Promise<unknown> => clock.sleep(100).then(() => Promise.reject(new Boom('slow'))),
      { retry: { maxAttempts: 91, delay: 0, maxDuration: 1000 } },
    );
    const seen = watch(call.detailed());
    await clock.advance(5000);
    expect(seen.value?.attempts).toBe(10);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Boom('rejected'))],
    [
      'throws synchronously',
      () => {
        throw new Boom('thrown');
      },
    ],
    ['rejects deep in a chain', () => Promise.resolve().then(() => Promise.reject(new Boom('deep')))],
  ])('RT12 retries a method that %s', async (_what, fail) => {
    let left = 2;
    const { seen } = await outcome({ retry: plain }, () => (left-- > 0 ? fail() : Promise.resolve('Success')));
    expect(seen).toEqual({ state: 'resolved', value: 'Success' });
  });

  it('RT14 with one attempt does not retry, and counts that as used up', async () => {
    const { runtime, seen } = await outcome({ retry: { maxAttempts: 1 } }, flaky.failing(forever(new Boom('x')), 0));
    expect(seen.state).toBe('rejected');
    expect([...runtime.methods()][0]?.policies[0]?.stats).toMatchObject({ 'plain.max_attempts': 1, retries: 0 });
  });

  it('RT19 tells onRetry of the attempt that failed and the wait', async () => {
    const onRetry = vi.fn();
    const boom = new Boom('x');
    await outcome(
      { retry: { maxAttempts: 4, backoff: 'linear', delay: '2s', jitter: 'none', onRetry } },
      flaky.failing(forever(boom), 0),
    );
    expect(onRetry.mock.calls.map(([told]) => told)).toEqual(
      [1, 2, 3].map((attempt) => ({ attempt, error: boom, delay: attempt * 2000 })),
    );
  });

  it('is not broken by an onRetry that throws', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const onRetry = () => {
      throw new Error('listener');
    };
    const { seen } = await outcome({ retry: { ...plain, onRetry } }, flaky.failing([new Boom('x')], 'ok'));
    expect(seen.value).toBe('ok');
    expect(await warned).toMatchObject({ name: 'HoldfastWarning' });
  });

  it('RT21 schedules no timer for a wait of 0', async () => {
    const { call, clock } = protectForTest(flaky.failing([new Boom('a'), new Boom('b')], 'ok'), {
      retry: { backoff: () => 0 },
    });
    expect(await call()).toBe('ok');
    expect(clock.pending).toBe(0);
  });

  it('RT27 by default makes 3 attempts, with two events of waits and one of the end', async () => {
    const { events, seen } = await outcome({ retry: {} }, flaky.failing(forever(new Boom('x')), 0));
    expect(seen.state).toBe('rejected');
    expect(events.of('retry.scheduled').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(events.of('retry.exhausted')).toMatchObject([{ attempt: 3, reason: 'max_attempts' }]);
  });

  it('RT30 repeats for a result, and returns the last one when attempts run out', async () => {
    let calls = 0;
    const { seen } = await outcome(
      { retry: { ...plain, maxAttempts: 2, whenResult: (text: string) => text === 'Hello world' } },
      async () => {
        calls++;
        return 'Hello world';
      },
    );
    expect(seen).toEqual({ state: 'resolved', value: 'Hello world' });
    expect(calls).toBe(2);
  });

  it('RT31 stops at an error that is not to be retried', async () => {
    const final = new TypeError('final');
    const method = flaky.failing([new Boom('a'), new Boom('b'), final], 0);
    const { seen, runtime } = await outcome({ retry: { ...plain, maxAttempts: 11, on: Boom } }, method);
    expect(seen.error).toBe(final);
    expect(method.calls).toBe(3);
    expect([...runtime.methods()][0]?.policies[0]?.stats).toMatchObject({ 'retried.not_retryable': 1, retries: 2 });
  });

  it('does not retry an error that is marked permanent, unless on says so', async () => {
    const gone = markPermanent(new Boom('gone'));
    const first = flaky.failing(forever(gone), 0);
    await outcome({ retry: plain }, first);
    expect(first.calls).toBe(1);
    const second = flaky.failing(forever(gone), 0);
    await outcome({ retry: { ...plain, on: Boom } }, second);
    expect(second.calls).toBe(3);
  });

  it.each([0, null, undefined, 'text', Symbol('s')])(
    'passes on %s when it is thrown instead of an error',
    async (thrown) => {
      let calls = 0;
      const { seen } = await outcome({ retry: plain }, () => {
        calls++;
        return Promise.reject(thrown);
      });
      expect(calls).toBe(3);
      expect(seen).toEqual({ state: 'rejected', error: thrown });
    },
  );
});

describe('Retry, judging errors', () => {
  class E0 extends Error {}
  class E1 extends E0 {}
  class E2 extends E1 {}
  class E2S extends E2 {}
  class E1S extends E1 {}
  class E0S extends E0 {}
  const thrown = { Error, RangeError, E0, E0S, E1, E1S, E2, E2S };

  it.each([
    ['A', { on: [E0, E2], except: [E1] }, ['E0', 'E0S']],
    ['B', { on: [Error, E1], except: [E0, E2] }, ['Error', 'RangeError']],
    ['C', { on: [E1, E2], except: [E0] }, []],
  ] as const)('RT10 %s retries what on names and except does not', async (_name, rules, retried) => {
    const tried: string[] = [];
    for (const [name, type] of Object.entries(thrown)) {
      const method = flaky.failing(forever(new type('x')), 0);
      await outcome({ retry: { ...plain, maxAttempts: 2, ...rules } }, method);
      if (method.calls === 2) tried.push(name);
    }
    expect(tried).toEqual(retried);
  });

  it.each([
    ['a code', 'ECONNRESET'],
    ['a predicate', (error: unknown) => (error as { code?: string }).code === 'ECONNRESET'],
  ])('takes %s', async (_what, on) => {
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const other = new Error('other');
    const method = flaky.failing([reset, other], 0);
    const { seen } = await outcome({ retry: { ...plain, on } }, method);
    expect(seen.error).toBe(other);
    expect(method.calls).toBe(2);
  });

  class Refused extends RejectedError {
    readonly code = 'HOLDFAST_CIRCUIT_OPEN';
  }
  const refusal = (retryAfter?: number) => new Refused('refused', { site: 'Other.method', policy: 'test', retryAfter });

  it.each([
    ['no on', {}, 1],
    ['on: Error', { on: Error }, 1],
    ['on: RejectedError', { on: RejectedError }, 3],
    ['on: its class', { on: [Boom, Refused] }, 3],
    ['a predicate', { on: () => true }, 3],
  ])('repeats a refusal only for those who name it: %s', async (_what, rules, calls) => {
    const method = flaky.failing(forever(refusal()), 0);
    await outcome({ retry: { ...plain, ...rules } }, method);
    expect(method.calls).toBe(calls);
  });

  it('waits as long as a refusal says', async () => {
    const { events } = await outcome(
      { retry: { on: RejectedError, maxAttempts: 2 } },
      flaky.failing([refusal(700)], 'ok'),
    );
    expect(events.of('retry.scheduled')).toMatchObject([{ delay: 700 }]);
  });
});

describe('Retry, when the callee says when to come back', () => {
  const asked = (retryAfter: number) => Object.assign(new Boom('busy'), { retryAfter });

  it.each([
    ['giveUp', 500, [500]],
    ['giveUp', 5000, []],
    ['cap', 5000, [1000]],
    ['obey', 5000, [5000]],
    ['ignore', 5000, [10]],
    ['giveUp', 0, [0]],
  ] as const)('%s %d ms', async (retryAfter, ms, expected) => {
    const { events, seen } = await outcome(
      { retry: { delay: 10, jitter: 'none', maxDelay: '1s', retryAfter } },
      flaky.failing([asked(ms)], 'ok'),
    );
    expect(events.of('retry.scheduled').map(({ delay }) => delay)).toEqual(expected);
    expect(seen.state).toBe(expected.length > 0 ? 'resolved' : 'rejected');
  });
});

describe('Retry and the caller who leaves', () => {
  it('RT22 does not start for a signal that is already aborted', async () => {
    const method = vi.fn(async (_signal: AbortSignal) => 1);
    const { call } = protectForTest(method, { retry: plain });
    const reason = new Error('left');
    await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(method).not.toHaveBeenCalled();
  });

  it('RT23 rejects with the reason although the method returns a value afterwards', async () => {
    const controller = new AbortController();
    const reason = new Error('left');
    let calls = 0;
    const { call } = protectForTest(
      async (_signal: AbortSignal) => {
        calls++;
        controller.abort(reason);
        return 'value';
      },
      { retry: plain },
    );
    await expect(call(controller.signal)).rejects.toBe(reason);
    expect(calls).toBe(1);
  });

  it('RT24 makes no further attempt after an abort in onRetry', async () => {
    const controller = new AbortController();
    const method = vi.fn(async (_signal: AbortSignal) => Promise.reject(new Boom('x')));
    const { call } = protectForTest(method, {
      retry: { ...plain, onRetry: () => controller.abort(new Error('left')) },
    });
    await expect(call(controller.signal)).rejects.toThrow('left');
    expect(method).toHaveBeenCalledTimes(1);
  });

  it('RT25 ends a wait in the same tick, and leaves no timer behind', async () => {
    const controller = new AbortController();
    const method = vi.fn(async (_signal: AbortSignal) => Promise.reject(new Boom('x')));
    const { call, clock } = protectForTest(method, { retry: { delay: '1s', jitter: 'none' } });
    const seen = watch(call(controller.signal));
    await clock.advance(50);
    expect(clock.pending).toBe(1);
    controller.abort(new Error('left'));
    expect(clock.pending).toBe(0);
    await clock.advance(5000);
    expect(seen.error).toMatchObject({ message: 'left' });
    expect(method).toHaveBeenCalledTimes(1);
  });

  it("does not retry the caller's own AbortSignal.timeout", async () => {
    const method = vi.fn(
      (signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const controller = new AbortController();
    const { call, clock } = protectForTest(method, { retry: plain });
    const seen = watch(call(controller.signal));
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    await clock.advance(1000);
    expect(seen.error).toMatchObject({ name: 'TimeoutError' });
    expect(method).toHaveBeenCalledTimes(1);
  });

  it('gives each attempt a signal of its own', async () => {
    const signals: AbortSignal[] = [];
    const { call, clock } = protectForTest(
      (signal: AbortSignal) => {
        signals.push(signal);
        return signals.length < 3 ? new Promise(() => {}) : Promise.resolve('ok');
      },
      { retry: plain, timeout: 50 },
    );
    const seen = watch(call(new AbortController().signal));
    await clock.advance(500);
    expect(seen.value).toBe('ok');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
  });
});

describe('Retry within Retry', () => {
  const nesting = (inner: object = {}) => {
    const world = protectForTest(() => Promise.resolve(0), { retry: { ...plain, maxAttempts: 3 } });
    const boom = new Boom('x');
    const method = flaky.failing(forever(boom), 0);
    const nested = protect(
      method,
      { retry: { ...plain, maxAttempts: 4, ...inner } },
      { id: 'Inner.method', runtime: world.runtime },
    );
    return { ...world, method, nested, boom };
  };

  it('leaves the repeating to the outer one, and says so', async () => {
    const { runtime, method, nested, boom } = nesting();
    const outer = protect(() => nested(), { retry: plain }, { id: 'Outer.method', runtime });
    await expect(outer()).rejects.toBe(boom);
    expect(method.calls).toBe(3);
    expect(resilienceInfo(boom)).toMatchObject({ attempts: 3, nestedRetries: 3, exhausted: true });
  });

  it('sees the outer one through the signal after the first await', async () => {
    const { runtime, method, nested } = nesting();
    const outer = protect(
      async (signal: AbortSignal) => {
        await null;
        return (nested as (signal: AbortSignal) => Promise<number>)(signal);
      },
      { retry: plain },
      { id: 'Outer.method', runtime },
    );
    await expect(outer(new AbortController().signal)).rejects.toBeInstanceOf(Boom);
    expect(method.calls).toBe(3);
  });

  it('retries itself where it cannot see the outer one, which then does not repeat it', async () => {
    const { runtime, method, nested } = nesting();
    const outer = protect(
      async () => {
        await null;
        return nested().catch((error) => {
          throw new Error('wrapped', { cause: error });
        });
      },
      { retry: plain },
      { id: 'Outer.method', runtime },
    );
    await expect(outer()).rejects.toThrow('wrapped');
    expect(method.calls).toBe(4);
  });

  it('multiplies for those who ask for it', async () => {
    const { runtime, method, nested } = nesting({ nested: true });
    const outer = protect(() => nested(), { retry: { ...plain, nested: true } }, { id: 'Outer.method', runtime });
    await expect(outer()).rejects.toBeInstanceOf(Boom);
    expect(method.calls).toBe(12);
  });
});

describe('what Retry knows of a failure', () => {
  it('is beside the error', async () => {
    const boom = new Boom('x');
    const { call, clock } = protectForTest((): Promise<unknown> => clock.sleep(10).then(() => Promise.reject(boom)), {
      retry: { delay: 100, jitter: 'none' },
    });
    const seen = watch(call());
    await clock.advance(1000);
    expect(seen.error).toBe(boom);
    expect(resilienceInfo(boom)).toEqual({ attempts: 3, elapsed: 330, nestedRetries: 0, exhausted: true });
  });

  it.each([undefined, null, 1, 'text'])('is undefined for %j', (value) => {
    expect(resilienceInfo(value)).toBeUndefined();
  });
});
