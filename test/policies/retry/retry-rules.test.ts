import { describe, expect, it, vi } from 'vitest';
import { Retry } from '../../../decorators/index.js';
import type { Outcome } from '../../../src/core/index.js';
import { CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import type { RetryRules } from '../../../src/policies/retry/index.js';
import { Boom, flaky, protectForTest, watch } from '../../../src/testing/index.js';

describe('Retry by rules of the user’s own', () => {
  it('asks them whether to repeat, and after which wait; nobody else judges', async () => {
    const asked: unknown[] = [];
    const policy: RetryRules = {
      shouldRetry: (attempt, outcome) => {
        asked.push(['shouldRetry', attempt, outcome]);
        return attempt < 3;
      },
      delay: (attempt, outcome) => {
        asked.push(['delay', attempt, outcome.ok]);
        return attempt * 10;
      },
    };
    const error = new Boom('down');
    const method = flaky.failing([error], 'soon');
    const { call, clock, events } = protectForTest(method, {
      retry: { maxAttempts: 5, policy, on: TypeError, jitter: 1 },
    });
    const seen = watch(call());
    await clock.advance(30);
    expect(seen.value).toBe('soon');
    expect(asked).toEqual([
      ['shouldRetry', 1, { ok: false, error }],
      ['delay', 1, false],
      ['shouldRetry', 2, { ok: true, value: 'soon' }],
      ['delay', 2, true],
      ['shouldRetry', 3, { ok: true, value: 'soon' }],
    ]);
    expect(events.of('retry.scheduled').map(({ delay }) => delay)).toEqual([10, 20]);
  });

  it('keeps this of the rules’ own object', async () => {
    class Patient implements RetryRules {
      readonly waits = [5, 7];
      shouldRetry(attempt: number, outcome: Outcome): boolean {
        return !outcome.ok && attempt <= this.waits.length;
      }
      delay(attempt: number): number | undefined {
        return this.waits[attempt - 1];
      }
    }
    const method = flaky.failing([new Boom('1'), new Boom('2')], 'up');
    const { call, clock } = protectForTest(method, { retry: { policy: new Patient() } });
    const seen = watch(call());
    await clock.advance(12);
    expect(seen.value).toBe('up');
  });

  it('leaves an undefined wait to the backoff, and lets none be longer than maxDelay', async () => {
    const waits = [undefined, '1h', undefined] as const;
    const policy: RetryRules = { shouldRetry: (_, { ok }) => !ok, delay: (attempt) => waits[attempt - 1] };
    const retry = { maxAttempts: 4, policy, delay: 100, jitter: 'none', maxDelay: 1000 } as const;
    const { call, clock, events } = protectForTest(flaky.failing(Array(3).fill(new Boom('x')), 'up'), { retry });
    watch(call());
    await clock.advance(5000);
    expect(events.of('retry.scheduled').map(({ delay }) => delay)).toEqual([100, 1000, 400]);
  });

  it('may repeat a refusal of ours; the refusal’s own wait comes first', async () => {
    const policy: RetryRules = { shouldRetry: (_, outcome) => !outcome.ok, delay: () => 1 };
    const { call, clock, events } = protectForTest(flaky.failing([new Boom('down')], 'up'), {
      retry: { policy, maxAttempts: 2 },
      circuitBreaker: { failureThreshold: 1, openFor: 500 },
    });
    await clock.advance(0);
    const first = watch(call());
    await clock.advance(1);
    expect(first.error).toBeInstanceOf(CircuitOpenError);
    const second = watch(call());
    await clock.advance(499);
    expect(second.value).toBe('up');
    expect(events.of('retry.scheduled').map(({ delay, reason }) => [delay, reason])).toEqual([
      [1, 'computed'],
      [499, 'retry_after'],
    ]);
  });

  it('has no say over a caller who has left, nor in the number of attempts', async () => {
    const shouldRetry = vi.fn(() => true);
    const method = flaky.failing(Array(9).fill(new Boom('x')), 'up');
    const { call, clock } = protectForTest((_signal: AbortSignal) => method(), {
      retry: { maxAttempts: 2, policy: { shouldRetry, delay: () => 10 } },
    });
    const caller = new AbortController();
    const seen = [watch(call(caller.signal)), watch(call(new AbortController().signal))];
    await clock.advance(5);
    caller.abort('left');
    await clock.advance(100);
    expect(seen.map(({ error }) => error)).toEqual(['left', expect.any(Boom)]);
    expect(method.calls).toBe(3);
    expect(shouldRetry).toHaveBeenCalledTimes(3);
  });

  it('leaves the outcome as it is when they throw, and reports them', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const policy: RetryRules = {
      shouldRetry: () => {
        throw new Error('wrong rule');
      },
      delay: () => 0,
    };
    const boom = new Boom('down');
    const { call } = protectForTest(flaky.failing([boom], 'up'), { retry: { policy } });
    await expect(call()).rejects.toBe(boom);
    expect(String(await warned)).toContain('wrong rule');
  });

  it.each([{}, { shouldRetry: () => true }, 5, { shouldRetry: 1, delay: 2 }])('%j are no rules', (policy) => {
    expect(() => Retry({ policy: policy as RetryRules })).toThrow(
      /^@Retry: policy must have the methods shouldRetry\(attempt, outcome\) and delay\(attempt, outcome\), but got /,
    );
  });
});

describe('what judges an error', () => {
  it('is shown the attempt that failed, with its time and its number', async () => {
    const seen: unknown[] = [];
    const { call, clock } = protectForTest(flaky.failing([new Boom('1'), new Boom('2'), new Boom('3')], 'up'), {
      timeout: { attempt: '1h', total: 1000 },
      retry: {
        delay: 10,
        jitter: 'none',
        on: (_error, { attempt, remaining }) => {
          seen.push([attempt, remaining]);
          return true;
        },
      },
    });
    watch(call());
    await clock.advance(100);
    expect(seen).toEqual([
      [1, 1000],
      [2, 990],
      [3, 970],
    ]);
  });
});

describe('Retry, told by an HTTP answer', () => {
  const busy = (after: string) => new Response('busy', { status: 503, headers: { 'retry-after': after } });

  it('HT4 waits as long as the error’s answer says', async () => {
    const error = Object.assign(new Error('503'), { response: busy('2') });
    const { call, clock, events } = protectForTest(flaky.failing([error], 'up'), { retry: { delay: 10 } });
    const seen = watch(call());
    await clock.advance(1999);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.value).toBe('up');
    expect(events.of('retry.scheduled')).toMatchObject([{ delay: 2000, reason: 'retry_after' }]);
  });

  it('HT4 waits until the date that a result says, by the clock on the wall', async () => {
    const { call, clock, events } = protectForTest(
      async (): Promise<Response> =>
        clock.now() > 2000 ? new Response('fine') : busy(new Date(clock.wallNow() + 2000).toUTCString()),
      { retry: { whenResult: (answer: Response) => !answer.ok } },
    );
    clock.adjustWall(86_400_000);
    const seen = watch(call());
    await clock.advance(2000);
    expect(await seen.value?.text()).toBe('fine');
    expect(events.of('retry.scheduled')).toMatchObject([{ delay: 2000, reason: 'retry_after' }]);
  });
});

describe('a result that is repeated', () => {
  it('is given back, unlike the last one, which the caller gets', async () => {
    const gone: number[] = [];
    let number = 0;
    const connect = async () => {
      const own = ++number;
      return { own, [Symbol.dispose]: () => gone.push(own) };
    };
    const { call, clock } = protectForTest(connect, { retry: { delay: 10, jitter: 'none', whenResult: () => true } });
    const seen = watch(call());
    await clock.advance(0);
    expect(gone).toEqual([1]);
    await clock.advance(100);
    expect(gone).toEqual([1, 2]);
    expect(seen.value?.own).toBe(3);
  });

  it('says so when it cannot be given back, and repeats all the same', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const stuck = {
      [Symbol.dispose]: () => {
        throw new Error('stuck');
      },
    };
    const { call, clock } = protectForTest(flaky.failing<unknown>([], 'x'), {
      retry: { delay: 0, whenResult: (value) => value === stuck },
    });
    expect(await call()).toBe('x');
    const other = protectForTest(async () => stuck, { retry: { delay: 0, maxAttempts: 2, whenResult: () => true } });
    const seen = watch(other.call());
    await other.clock.advance(0);
    await clock.advance(0);
    expect(seen.value).toBe(stuck);
    expect(String(await warned)).toContain('stuck');
  });
});
