import { describe, expect, it, vi } from 'vitest';
import { type CurrentCall, currentCall } from '../../src/core/index.js';
import { protect, Runtime } from '../../src/runtime/index.js';
import { Boom, protectForTest, testRuntime, watch } from '../../src/testing/index.js';

describe('the current call', () => {
  it('is there from the start of the method to its first await', async () => {
    const seen: (CurrentCall | undefined)[] = [];
    const { call } = protectForTest(
      async () => {
        seen.push(currentCall());
        await null;
        seen.push(currentCall());
        if (seen.length < 4) throw new Boom('once more');
        return 'ok';
      },
      { retry: { delay: 0 } },
    );
    expect(currentCall()).toBeUndefined();
    await call();
    expect(seen.map((current) => current?.attempt)).toEqual([1, undefined, 2, undefined]);
    expect(currentCall()).toBeUndefined();
  });

  it('is the inner one within nested calls, and the outer one again afterwards', async () => {
    const { runtime } = testRuntime();
    const sites: (string | undefined)[] = [];
    const inner = protect(async () => sites.push(currentCall()?.site), {}, { id: 'Inner.method', runtime });
    const outer = protect(
      async () => {
        const pending = inner();
        sites.push(currentCall()?.site);
        return pending;
      },
      {},
      { id: 'Outer.method', runtime },
    );
    await outer();
    expect(sites).toEqual(['Inner.method', 'Outer.method']);
  });

  it('ends the whole call for those who cancel it, and nothing is retried', async () => {
    const method = vi.fn(() => {
      currentCall()?.cancel('enough');
      return new Promise(() => {});
    });
    const { call, runtime } = protectForTest(method, { retry: 5, fallback: { value: 1 } });
    await expect(call()).rejects.toBe('enough');
    expect(method).toHaveBeenCalledTimes(1);
    expect([...runtime.methods()][0]?.stats).toMatchObject({ cancelled: 1, failures: 0 });
  });

  it('cancels later too, through the call that the method kept', async () => {
    let kept: CurrentCall | undefined;
    const { call, clock } = protectForTest(
      () => {
        kept = currentCall();
        return new Promise(() => {});
      },
      { timeout: '1h' },
    );
    const seen = watch(call());
    await clock.advance(1000);
    const { signal } = kept as CurrentCall;
    kept?.cancel('enough');
    await clock.advance(0);
    expect(seen.error).toBe('enough');
    expect(signal.reason).toBe('enough');
    expect(clock.pending).toBe(0);
  });

  it('is valid anywhere beneath the method in a runtime with asyncContext', async () => {
    const runtime = new Runtime({ asyncContext: true });
    const deep = async (): Promise<string | undefined> => {
      await null;
      return currentCall()?.site;
    };
    const call = protect(async () => deep(), {}, { id: 'Service.deep', runtime });
    expect(await Promise.all([call(), call()])).toEqual(['Service.deep', 'Service.deep']);
    expect(await deep()).toBeUndefined();
  });
});

describe('a signal', () => {
  it('is replaced by the attempt’s where it was the last argument, or in an object that was', async () => {
    const { signal } = new AbortController();
    const got: unknown[] = [];
    const { call } = protectForTest(async (...args: unknown[]) => {
      got.push(args.at(-1));
    }, {});
    const options = { signal, other: 1 };
    await call(1, signal);
    await call(options);
    expect(got[0]).toBeInstanceOf(AbortSignal);
    expect(got[0]).not.toBe(signal);
    expect(got[1]).toEqual({ signal: expect.any(AbortSignal), other: 1 });
    expect(options.signal).toBe(signal);
  });

  it('is not put where there was none', async () => {
    const method = vi.fn(async (..._args: unknown[]) => 1);
    const { call } = protectForTest(method, { timeout: '1s' });
    const options = { other: 1 };
    await call(options);
    expect(method.mock.calls).toEqual([[options]]);
  });

  it('in an instance of a class is left alone', async () => {
    class Options {
      readonly signal = new AbortController().signal;
    }
    const options = new Options();
    const method = vi.fn(async (..._args: unknown[]) => 1);
    await protectForTest(method, {}).call(options);
    expect(method.mock.calls[0]?.[0]).toBe(options);
  });

  it('rejects at once with the caller’s reason, in the middle of whatever', async () => {
    const controller = new AbortController();
    const { call, clock } = protectForTest((_signal: AbortSignal) => new Promise(() => {}), {
      timeout: { attempt: '1h', total: '2h' },
      retry: 3,
    });
    const seen = watch(call(controller.signal));
    const reason = { why: 'left' };
    controller.abort(reason);
    await clock.advance(0);
    expect(seen.error).toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it('aborts the attempt’s signal with the same reason', async () => {
    const controller = new AbortController();
    let own: AbortSignal | undefined;
    const { call, clock } = protectForTest(
      (signal: AbortSignal) => {
        own = signal;
        return new Promise(() => {});
      },
      { timeout: '1h' },
    );
    watch(call(controller.signal));
    controller.abort('left');
    await clock.advance(0);
    expect(own?.reason).toBe('left');
  });
});

describe('a failed call that nobody awaits', () => {
  it('is still an unhandled rejection, as without protection', async () => {
    const unhandled = vi.fn();
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.once('unhandledRejection', unhandled);
    const boom = new Boom('forgotten');
    void protectForTest(async () => Promise.reject(boom), { retry: { delay: 0 }, timeout: '1s' }).call();
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const listener of listeners) process.on('unhandledRejection', listener);
    expect(unhandled).toHaveBeenCalledWith(boom, expect.any(Promise));
  });
});

describe('protect', () => {
  it('keeps the name of the function, and reports in detail', async () => {
    let left = 2;
    const world = protectForTest(async () => 0, { retry: { delay: 100, jitter: 'none' } });
    const call = protect(
      async function quote(symbol: string): Promise<string> {
        if (left-- > 0) throw new Boom('x');
        return symbol;
      },
      { retry: { delay: 100, jitter: 'none' } },
      { runtime: world.runtime },
    );
    expect(call.name).toBe('quote');
    const seen = watch(call.detailed('ACME'));
    await world.clock.advance(1000);
    expect(seen.value).toEqual({ value: 'ACME', attempts: 3, delayed: 300, elapsed: 300, from: 'method' });
  });

  it('reports a failure without rejecting', async () => {
    const boom = new Boom('x');
    const { call } = protectForTest(async () => Promise.reject(boom), {});
    expect(await call.detailed()).toEqual({ error: boom, attempts: 1, delayed: 0, elapsed: 0, from: 'method' });
  });

  it.each([
    [() => protect(5 as never, {}), 'protect() takes an async function, but got 5'],
    [
      () => protect(async () => 1, 'unknown' as never),
      "protect() takes policies by kind, or the name of a preset, but got 'unknown'",
    ],
    [() => protect(async () => 1, { retry: 0 }), '@Retry: maxAttempts must be a whole number from 1 to 100, but got 0'],
    [
      () => protect(async () => 1, null as never),
      '@Resilient takes policies by kind, or the name of a preset, but got null',
    ],
  ])('refuses %s', (use, message) => {
    expect(use).toThrow(message);
  });
});
