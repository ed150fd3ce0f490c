import { describe, expect, it, vi } from 'vitest';
import { Resilient, Retry } from '../../../decorators/index.js';
import type { RetryOptions } from '../../../src/policies/retry/index.js';
import { Boom, flaky, protectForTest, sequence, testRuntime, watch } from '../../../src/testing/index.js';

const plain = { delay: 0, jitter: 'none', budget: false } as const;
const always = (error: unknown) => Array<unknown>(100).fill(error);

/** The waits before the attempts of a call that always fails. */
async function waits(retry: RetryOptions, options: Parameters<typeof protectForTest>[2] = {}): Promise<number[]> {
  const { call, clock, events } = protectForTest(
    flaky.failing(always(new Boom('x')), 0),
    { retry: { budget: false, ...retry } },
    options,
  );
  const seen = watch(call());
  await clock.advance(3_600_000);
  expect(seen.state).toBe('rejected');
  return events.of('retry.scheduled').map(({ delay }) => delay);
}

/** How often the method runs when it throws this each time. */
async function attempts(retry: RetryOptions, error: unknown): Promise<number> {
  const method = flaky.failing(always(error), 0);
  const { call } = protectForTest(method, { retry: { ...plain, ...retry } });
  await expect(call()).rejects.toBe(error);
  return method.calls;
}

class Parent extends Error {}
class Child extends Parent {}

describe('Retry above a class and above its method', () => {
  it('RT5 retries by the method’s own options where it has some, else by those of the class', async () => {
    const { runtime, clock } = testRuntime();
    const runs = { a: 0, b: 0 };
    @Resilient({ retry: { maxAttempts: 3, delay: 0, budget: false } })
    class Service {
      @Resilient()
      async a(): Promise<void> {
        runs.a++;
        throw new Boom('a');
      }
      @Retry({ maxAttempts: 91, maxDuration: 1000 })
      async b(): Promise<void> {
        runs.b++;
        await clock.sleep(100);
        throw new Boom('b');
      }
    }
    const service = new Service();
    runtime.bind(service);
    await expect(service.a()).rejects.toThrow('a');
    const seen = watch(service.b());
    await clock.advance(5000);
    expect(seen.error).toBeInstanceOf(Boom);
    expect(runs).toEqual({ a: 3, b: 10 });
  });
});

describe('Retry, judging errors', () => {
  it('RT6 repeats what on names, and nothing else', async () => {
    expect(await attempts({ maxAttempts: 4, on: [Boom] }, new Boom('named'))).toBe(4);
    expect(await attempts({ maxAttempts: 4, on: [TypeError] }, new Boom('not named'))).toBe(1);
  });

  it('RT7 repeats a subclass of what on names', async () => {
    expect(await attempts({ maxAttempts: 4, on: [Parent] }, new Child('x'))).toBe(4);
  });

  it('RT8 does not repeat a subclass that except names', async () => {
    const rules = { maxAttempts: 4, on: [Parent], except: [Child] };
    expect(await attempts(rules, new Child('x'))).toBe(1);
    expect(await attempts(rules, new Parent('x'))).toBe(4);
  });

  it('RT13 rejects when the method has rejected for good', async () => {
    expect(await attempts({ maxAttempts: 3 }, new Boom('persistent'))).toBe(3);
  });

  it('keeps class, code and cause of what is thrown in the end', async () => {
    const cause = new Error('why');
    const error = Object.assign(new Child('last', { cause }), { code: 'E_CHILD' });
    const { call } = protectForTest(flaky.failing([new Boom('1'), new Boom('2'), error], 0), { retry: plain });
    const thrown = await call().catch((reason: unknown) => reason);
    expect(thrown).toBe(error);
    expect(thrown).toBeInstanceOf(Child);
    expect(thrown).toMatchObject({ code: 'E_CHILD', message: 'last' });
    expect((thrown as Error).cause).toBe(cause);
  });
});

describe('the waits of a Retry', () => {
  it('RT11 are all of the delay where the jitter is 0', async () => {
    const method = flaky.failing([new Boom('a'), new Boom('b')], 'ok');
    const { call, clock } = protectForTest(method, { retry: { delay: 200, backoff: 'constant', jitter: 0 } });
    const seen = watch(call());
    await clock.advance(399);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen).toEqual({ state: 'resolved', value: 'ok' });
    expect(method.calls).toBe(3);
  });

  it('RT20 are never above maxDelay', async () => {
    const retry = { maxAttempts: 4, backoff: 'linear', delay: '2s', maxDelay: '123ms', jitter: 'none' } as const;
    expect(await waits(retry)).toEqual([123, 123, 123]);
    expect(await waits({ ...retry, jitter: 1 }, { random: sequence(0.999) })).toEqual([123, 123, 123]);
  });

  it('RT21 are the exponential ones where a function leaves them to the rule', async () => {
    const backoff = vi.fn(() => undefined);
    expect(await waits({ backoff, delay: 2, multiplier: 1, jitter: 'none' })).toEqual([2, 2]);
    expect(backoff.mock.calls).toEqual([
      [1, expect.any(Boom), 0],
      [2, expect.any(Boom), 2],
    ]);
  });

  it.each<[RetryOptions, readonly number[]]>([
    [{ backoff: ['10ms', 20, '1s'], jitter: 'none' }, [10, 20, 1000, 1000]],
    [{ backoff: 'fibonacci', delay: '1s', jitter: 'none' }, [1000, 1000, 2000, 3000]],
    [{ backoff: 'exponential', delay: 10, multiplier: 3, jitter: 'none' }, [10, 30, 90, 270]],
    [{ backoff: 'constant', delay: 100, jitter: '50ms' }, [75, 75, 75, 75]],
    [{ backoff: 'constant', delay: 100, jitter: 'equal' }, [62.5, 62.5, 62.5, 62.5]],
    [{ backoff: 'constant', delay: 100 }, [25, 25, 25, 25]],
  ])('are by %j, with chance at a quarter: %j', async (retry, expected) => {
    expect(await waits({ maxAttempts: 5, ...retry }, { random: sequence(0.25) })).toEqual(expected);
  });

  it('are drawn from the wait before where they are decorrelated, the jitter having no say', async () => {
    const retry = { maxAttempts: 5, backoff: 'decorrelated', delay: 100, maxDelay: '1s', jitter: 'none' } as const;
    expect(await waits(retry, { random: sequence(0.5) })).toEqual([200, 350, 575, 912.5]);
    expect(await waits(retry, { random: sequence(0) })).toEqual([100, 100, 100, 100]);
    expect(await waits(retry, { random: sequence(0.999) })).toEqual([299.8, expect.closeTo(898.6, 0), 1000, 1000]);
  });
});

describe('RT24 where everything is handled, no further attempt is made after an abort', () => {
  const handled = { on: () => true, whenResult: () => true, delay: '1s', jitter: 'none', budget: false } as const;

  it.each<['an attempt' | 'onRetry' | 'a wait', number]>([
    ['an attempt', 0],
    ['onRetry', 1],
    ['a wait', 1],
  ])('during %s', async (when, scheduled) => {
    const caller = new AbortController();
    const reason = new DOMException('left', 'AbortError');
    const leave = () => caller.abort(reason);
    const method = vi.fn(async (_signal: AbortSignal) => {
      if (when === 'an attempt') leave();
      throw new Boom('x');
    });
    const onRetry = () => {
      if (when === 'onRetry') leave();
    };
    const { call, clock, events } = protectForTest(method, { retry: { ...handled, onRetry } });
    const seen = watch(call(caller.signal));
    await clock.advance(500);
    if (when === 'a wait') leave();
    await clock.advance(10_000);
    expect(seen).toEqual({ state: 'rejected', error: reason });
    expect(method).toHaveBeenCalledTimes(1);
    expect(events.of('retry.scheduled')).toHaveLength(scheduled);
    expect(clock.pending).toBe(0);
  });
});

describe('a wrong option of Retry', () => {
  it.each<[object | number | string, string]>([
    [{ enabled: 'yes' }, "enabled must be true or false, but got 'yes'"],
    [101, 'maxAttempts must be a whole number from 1 to 100, but got 101'],
    [2.5, 'maxAttempts must be a whole number from 1 to 100, but got 2.5'],
    [
      { backoff: ['10ms', 'later'] },
      "backoff must be one of 'exponential', 'constant', 'linear', 'fibonacci', 'decorrelated', a list of durations, or a function, but got [ '10ms', 'later' ]",
    ],
    [{ backoff: 'expo' }, "a list of durations, or a function, but got 'expo'"],
    [
      { maxDelay: '-1s' },
      "maxDelay must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got '-1s'",
    ],
    [
      { maxDuration: 'soon' },
      "maxDuration must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got 'soon'",
    ],
    [{ jitter: 1.5 }, "a ratio from 0 to 1, or a duration with a unit such as '50ms', but got 1.5"],
    [{ jitter: '50' }, "a duration with a unit such as '50ms', but got '50'"],
    [
      { except: [undefined] },
      'except must be an error class, a code, a predicate, or a list of them, but got [ undefined ]',
    ],
    [{ ignore: Boom }, 'ignore is no option; it takes enabled, maxAttempts, backoff'],
    [{ whenResult: 503 }, 'whenResult must be a function, but got 503'],
    [{ retryAfter: 'wait' }, "retryAfter must be one of 'giveUp', 'cap', 'obey', 'ignore', but got 'wait'"],
    [{ nested: 1 }, 'nested must be true or false, but got 1'],
    [{ onRetry: 'log' }, "onRetry must be a function, but got 'log'"],
  ])('%j is refused where it is written', (options, message) => {
    expect(() => Retry(options as RetryOptions)).toThrow(/^@Retry: /);
    expect(() => Retry(options as RetryOptions)).toThrow(message);
  });
});
