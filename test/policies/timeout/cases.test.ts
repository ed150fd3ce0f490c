import { describe, expect, it, vi } from 'vitest';
import { Resilient, Timeout, TimeoutError } from '../../../decorators/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, type ManualClock, protectForTest, testRuntime, watch } from '../../../src/testing/index.js';

/** A method that fails with an error of its own after so long. */
const failsAfter = (clock: ManualClock, ms: number) => clock.sleep(ms).then(() => Promise.reject(new Boom('own')));

describe('Timeout', () => {
  it('TO1 leaves an error that comes in time as it is', async () => {
    const { call, clock, events } = protectForTest((): Promise<unknown> => failsAfter(clock, 10), { timeout: 1000 });
    const seen = watch(call());
    await clock.advance(10);
    expect(seen.error).toBeInstanceOf(Boom);
    await clock.advance(5000);
    expect([events.names.includes('timeout.struck'), clock.pending]).toEqual([false, 0]);
  });

  it('TO2 is the same in milliseconds and in words', async () => {
    for (const timeout of [2000, '2000ms', '2s'] as const) {
      const { call, clock } = protectForTest((): Promise<unknown> => failsAfter(clock, 2500), { timeout });
      const seen = watch(call());
      await clock.advance(1999);
      expect(seen.state).toBe('pending');
      await clock.advance(1);
      expect(seen.error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', after: 2000 });
    }
  });

  it('TO3 of a method strikes in place of that of its class', async () => {
    const { runtime, clock } = testRuntime();
    @Resilient({ timeout: 500 })
    class Service {
      @Timeout(2000)
      async own(ms: number): Promise<unknown> {
        return failsAfter(clock, ms);
      }
      @Resilient()
      async other(ms: number): Promise<unknown> {
        return failsAfter(clock, ms);
      }
    }
    const service = new Service();
    runtime.bind(service);
    const seen = [service.own(1500), service.own(2500), service.other(1500)].map(watch);
    await clock.advance(5000);
    expect(seen.map(({ error }) => error)).toMatchObject([{ name: 'Boom' }, { after: 2000 }, { after: 500 }]);
  });

  it('TO12 tells the caller’s reason through nested timeouts, none of which strikes', async () => {
    const onTimeout = vi.fn();
    const { call, clock, runtime, events } = protectForTest((signal: AbortSignal): Promise<unknown> => inner(signal), {
      timeout: { attempt: '10s', total: '30s', onTimeout },
      retry: 3,
    });
    const inner = protect(
      (_signal: AbortSignal) => new Promise(() => {}),
      { timeout: { attempt: '5s', onTimeout }, retry: 3 },
      { id: 'Inner.method', runtime },
    );
    const caller = new AbortController();
    const seen = watch(call(caller.signal));
    await clock.advance(1000);
    const reason = new DOMException('bored', 'AbortError');
    caller.abort(reason);
    await clock.advance(60_000);
    expect(seen.state).toBe('rejected');
    expect(seen.error).toBe(reason);
    expect(onTimeout).not.toHaveBeenCalled();
    expect(events.names).not.toContain('timeout.struck');
    const timeouts = [...runtime.methods()].flatMap(({ policies }) =>
      policies.filter(({ kind }) => kind === 'timeout'),
    );
    expect(timeouts.map(({ stats }) => stats)).toEqual(Array(3).fill({ settled: 0, struck: 0, zombies: 0, late: 0 }));
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['the inner one', { outer: 1000, inner: 100 }, 'Inner.method', { scope: 'attempt', site: 'Inner.method' }],
    ['the outer one', { outer: 100, inner: 1000 }, 'Service.method', { scope: 'inherited', site: 'Inner.method' }],
  ] as const)('nested in another tells who struck: %s', async (_who, limits, site, within) => {
    const seen: { inner?: ReturnType<typeof watch> } = {};
    const { call, clock, runtime, events } = protectForTest(
      (): Promise<unknown> => {
        const pending = inner();
        seen.inner = watch(pending);
        return pending;
      },
      { timeout: limits.outer },
    );
    const inner = protect(() => new Promise(() => {}), { timeout: limits.inner }, { id: 'Inner.method', runtime });
    const outer = watch(call());
    await clock.advance(2000);
    expect(outer.error).toMatchObject({ scope: 'attempt', after: 100, site });
    expect(seen.inner?.error).toMatchObject(within);
    expect(seen.inner?.error === outer.error).toBe(site === 'Inner.method');
    expect(events.of('timeout.struck')).toMatchObject([{ site, after: 100 }]);
  });

  it.each(['attempt', 'total'] as const)('aborts the signal with the very error of the call: %s', async (scope) => {
    let signal: AbortSignal | undefined;
    const { call, clock } = protectForTest(
      (own: AbortSignal) => {
        signal = own;
        return new Promise(() => {});
      },
      { timeout: { [scope]: 100 } },
    );
    const seen = watch(call(new AbortController().signal));
    await clock.advance(99);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(signal?.reason).toBe(seen.error);
    expect(seen.error).toMatchObject({ scope, after: 100, site: 'Service.method' });
  });
});

describe('a wrong option of Timeout', () => {
  it.each<[object, string]>([
    [{ attempt: '1s', onTimeout: 'log' }, "@Timeout: onTimeout must be a function, but got 'log'"],
    [{ attempt: '1s', enabled: 1 }, '@Timeout: enabled must be true or false, but got 1'],
    [{ attempt: '1 parsec' }, "or a function that returns one, but got '1 parsec'"],
    [{ total: null }, 'or a function that returns one, but got null'],
  ])('%j is refused where it is written', (options, message) => {
    expect(() => Timeout(options)).toThrow(message);
  });
});
