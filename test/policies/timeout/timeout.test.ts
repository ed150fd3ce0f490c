import { describe, expect, it, vi } from 'vitest';
import { currentCall, TimeoutError } from '../../../src/core/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, watch } from '../../../src/testing/index.js';

const afterwards = (ms: number, settle: () => Promise<unknown>) => ({ ms, settle });

describe('Timeout of an attempt', () => {
  it.each([
    ['TO1 a body that takes too long', 1000, afterwards(20_000, async () => 'late'), 'HOLDFAST_TIMEOUT'],
    ['TO2 a duration with a unit', '2s', afterwards(2500, async () => 'late'), 'HOLDFAST_TIMEOUT'],
    ['TO2 an error in time', '2s', afterwards(1500, async () => Promise.reject(new Boom('own'))), undefined],
  ] as const)('%s', async (_what, timeout, { ms, settle }, code) => {
    const { call, clock } = protectForTest((): Promise<unknown> => clock.sleep(ms).then(settle), { timeout });
    const seen = watch(call());
    await clock.advance(30_000);
    expect(seen.state).toBe('rejected');
    expect((seen.error as { code?: string }).code).toBe(code);
    expect(clock.pending).toBe(0);
  });

  it('TO4 rejects at its time although the body ignores the signal, and drops the late value silently', async () => {
    const { call, clock } = protectForTest((): Promise<unknown> => clock.sleep(1000).then(() => 'late'), {
      timeout: 500,
    });
    const seen = watch(call());
    await clock.advance(499);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(seen.error).toMatchObject({
      scope: 'attempt',
      after: 500,
      site: 'Service.method',
      message: 'Service.method ran out of time: the attempt took longer than 500 ms',
    });
    await clock.advance(1000);
    expect(seen.state).toBe('rejected');
  });

  it('drops a late rejection too: it is nobody’s', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { call, clock } = protectForTest(
      (): Promise<unknown> => clock.sleep(1000).then(() => Promise.reject(new Boom('late'))),
      { timeout: 500 },
    );
    const seen = watch(call());
    await clock.advance(2000);
    process.off('unhandledRejection', unhandled);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('TO7 starts each retry at once, though earlier bodies still run', async () => {
    const method = flaky.hanging();
    const { call, clock } = protectForTest(method, { timeout: 500, retry: { delay: 0 } });
    const seen = watch(call());
    await clock.advance(1499);
    expect(method.calls).toBe(3);
    await clock.advance(1);
    expect(seen.error).toBeInstanceOf(TimeoutError);
  });

  it('TO8 is answered by a fallback', async () => {
    const { call, clock } = protectForTest(flaky.hanging(), { timeout: 500, fallback: { value: 'FALLBACK' } });
    const seen = watch(call());
    await clock.advance(500);
    expect(seen.value).toBe('FALLBACK');
  });

  it.each([0, Number.POSITIVE_INFINITY, '0ms'] as const)('TO11 %s is no limit, and no timer', async (timeout) => {
    const { call, clock } = protectForTest(flaky.hanging(), { timeout: { attempt: timeout, total: '1h' } });
    void call();
    expect(clock.pending).toBe(1);
  });

  it.each([0, -5, Number.POSITIVE_INFINITY])('TO11 a function that returns %d means no limit', async (limit) => {
    const { call, clock } = protectForTest(flaky.hanging(), { timeout: { attempt: () => limit } });
    void call();
    expect(clock.pending).toBe(0);
  });

  it('asks a function for the limit of each attempt', async () => {
    const limits: number[] = [];
    const timeout = {
      attempt: ({ attempt }: { attempt: number }) => `${attempt * 100}ms` as const,
      onTimeout: ({ after }: { after: number }) => limits.push(after),
    };
    const { call, clock } = protectForTest(flaky.hanging(), { timeout, retry: { delay: 0 } });
    const seen = watch(call());
    await clock.advance(600);
    expect(limits).toEqual([100, 200, 300]);
    expect(seen.state).toBe('rejected');
  });

  it('rejects a function’s nonsense by name', async () => {
    const { call } = protectForTest(async () => 1, { timeout: (() => 'soon') as never });
    await expect(call()).rejects.toThrow("Service.method: @Timeout: attempt must return a duration, but got 'soon'");
  });

  it('TO18 does not strike early for waits that setTimeout cannot take', async () => {
    const { call, clock } = protectForTest(flaky.hanging(), { timeout: '60d' });
    const seen = watch(call());
    await clock.advance(2 ** 31 + 1000);
    expect(seen.state).toBe('pending');
    await clock.advance(60 * 86_400_000);
    expect(seen.state).toBe('rejected');
  });
});

describe('Timeout and the caller who leaves', () => {
  it('TO12 rejects with the caller’s reason, and says nothing of a timeout', async () => {
    const onTimeout = vi.fn();
    const { call, clock, events } = protectForTest((_signal: AbortSignal) => new Promise(() => {}), {
      timeout: { attempt: '10s', onTimeout },
      retry: 3,
    });
    const controller = new AbortController();
    const seen = watch(call(controller.signal));
    await clock.advance(100);
    controller.abort('bored');
    await clock.advance(0);
    expect(seen).toEqual({ state: 'rejected', error: 'bored' });
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(onTimeout).not.toHaveBeenCalled();
    expect(events.names).not.toContain('timeout.struck');
  });

  it('TO13 leaves no listener on a signal that many calls share', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const { call } = protectForTest(async (own: AbortSignal) => own.aborted, { timeout: '10s', retry: 3 });
    for (let i = 0; i < 10_000; i++) expect(await call(signal)).toBe(false);
    expect(add.mock.calls.length).toBe(remove.mock.calls.length);
    await Promise.all(Array.from({ length: 1000 }, () => call(signal)));
    expect(add.mock.calls.length).toBe(10_001);
  });

  it('never aborts the signal of an attempt that succeeded', async () => {
    let kept: AbortSignal | undefined;
    const controller = new AbortController();
    const { call, clock } = protectForTest(
      async (signal: AbortSignal) => {
        kept = signal;
      },
      { timeout: { attempt: 100, total: 200 } },
    );
    await call(controller.signal);
    controller.abort();
    await clock.advance(1000);
    expect(kept?.aborted).toBe(false);
  });
});

describe('Timeout of the whole call', () => {
  it('strikes in an attempt, whatever the method does', async () => {
    const { call, clock } = protectForTest(flaky.hanging(), { timeout: { total: 300 } });
    const seen = watch(call());
    await clock.advance(300);
    expect(seen.error).toMatchObject({
      scope: 'total',
      after: 300,
      message: 'Service.method ran out of time: the call took longer than 300 ms',
    });
  });

  it('TO15 is not waited for when the next wait cannot fit: the last error comes at once', async () => {
    const boom = new Boom('x');
    const method = flaky.failing([boom, boom, boom], 0);
    const { call, clock, events } = protectForTest(method, {
      timeout: { total: 100 },
      retry: { delay: '1s', jitter: 'none' },
    });
    await expect(call()).rejects.toBe(boom);
    expect(method.calls).toBe(1);
    expect(clock.pending).toBe(0);
    expect(events.names).not.toContain('timeout.struck');
  });

  it('TO16 of attempts leaves backoffs alone', async () => {
    const method = flaky.failing([new Boom('a'), new Boom('b'), new Boom('c')], 0);
    const { call, clock, events } = protectForTest(method, { timeout: 50, retry: { delay: 100, jitter: 'none' } });
    const seen = watch(call());
    await clock.advance(1000);
    expect(seen.error).toBeInstanceOf(Boom);
    expect(method.calls).toBe(3);
    expect(events.names).not.toContain('timeout.struck');
  });

  it('includes the waits between attempts', async () => {
    const { call, clock } = protectForTest(flaky.hanging(), {
      timeout: { attempt: 100, total: 350 },
      retry: { maxAttempts: 10, backoff: 'constant', delay: 50, jitter: 'none' },
    });
    const seen = watch(call());
    await clock.advance(349);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.error).toMatchObject({ scope: 'total' });
  });
});

describe('deadlines', () => {
  it('are seen by the method, and can be extended', async () => {
    const { call, clock } = protectForTest(
      async (): Promise<unknown> => {
        const own = currentCall();
        expect(own).toMatchObject({ attempt: 1, site: 'Service.method', remaining: 100, expired: false });
        own?.extend('50ms');
        expect(own?.remaining).toBe(150);
        return clock.sleep(140).then(() => 'in time');
      },
      { timeout: 100 },
    );
    const seen = watch(call());
    await clock.advance(200);
    expect(seen.value).toBe('in time');
  });

  it('reach nested calls: one that is already out of time is not made', async () => {
    const { call, clock, runtime } = protectForTest(
      (signal: AbortSignal): Promise<unknown> => clock.sleep(100).then(() => inner(signal)),
      { timeout: 100 },
    );
    const method = vi.fn(async (_signal: AbortSignal) => 'called');
    const inner = protect(method, { retry: 3 }, { id: 'Inner.method', runtime });
    const seen = watch(call(new AbortController().signal));
    await clock.advance(100);
    expect(seen.error).toMatchObject({ scope: 'attempt' });
    await clock.advance(100);
    expect(method).not.toHaveBeenCalled();
  });

  it('end nested calls that were made before the first await, with an inherited timeout', async () => {
    const nested: { seen?: ReturnType<typeof watch> } = {};
    const { call, clock, runtime } = protectForTest(
      (): Promise<unknown> => {
        const pending = inner();
        nested.seen = watch(pending);
        return pending;
      },
      { timeout: 100 },
    );
    const inner = protect(flaky.hanging(), { timeout: '10s' }, { id: 'Inner.method', runtime });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toMatchObject({ scope: 'attempt', site: 'Service.method' });
    expect(nested.seen?.error).toMatchObject({ scope: 'inherited', site: 'Inner.method' });
    expect(clock.pending).toBe(0);
  });
});

describe('Timeout, wrong options', () => {
  it.each([
    [{}, '@Timeout: attempt or total must be given'],
    [
      -1,
      "@Timeout: attempt must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m') or a function that returns one, but got -1",
    ],
    [
      '2000',
      "@Timeout: attempt must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m') or a function that returns one, but got '2000'",
    ],
    [
      { total: '-5s' },
      "@Timeout: total must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m') or a function that returns one, but got '-5s'",
    ],
    [{ atempt: 5 }, '@Timeout: atempt is no option; it takes enabled, attempt, total, onTimeout, but got 5'],
  ])('%j', (options, message) => {
    expect(() => protectForTest(async () => 1, { timeout: options as never })).toThrow(
      message.replace(', but got 5', ''),
    );
  });
});
