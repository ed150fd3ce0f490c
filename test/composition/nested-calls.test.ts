import { describe, expect, it, vi } from 'vitest';
import { CircuitOpenError, RateLimitedError, resilienceInfo } from '../../decorators/index.js';
import { type GivenPolicies, protect, type Runtime } from '../../src/runtime/index.js';
import { Boom, flaky, settle, testRuntime, watch } from '../../src/testing/index.js';

type Method = (signal: AbortSignal) => Promise<unknown>;

const always = (error: unknown) => flaky.failing(Array(99).fill(error), 0);
const constant = { delay: 100, backoff: 'constant', jitter: 'none', budget: false } as const;
const hedge = { idempotent: true, delay: 10, maxHedges: 1, budget: false } as const;

/** A protected method that does nothing but call another one, with its attempt's signal. */
function nested(outer: GivenPolicies, inner: GivenPolicies, method: Method) {
  const world = testRuntime();
  const { runtime } = world;
  const within = protect(method, inner, { id: 'Inner.method', runtime });
  const around = protect((signal: AbortSignal) => within(signal), outer, { id: 'Outer.method', runtime });
  return { ...world, call: () => around(new AbortController().signal), around };
}

const statsOf = (runtime: Runtime, site: string) =>
  [...runtime.methods()].find((method) => method.site === site)?.stats;

describe('Timeout(total) → method → what waits within another method', () => {
  it('begins no backoff that cannot fit, and gives the last error at once', async () => {
    const boom = new Boom('x');
    const method = always(boom);
    const { call, clock } = nested({ timeout: { total: 250 } }, { retry: { ...constant, maxAttempts: 9 } }, method);
    const seen = watch(call());
    await clock.advance(200);
    expect(seen).toEqual({ state: 'rejected', error: boom });
    expect([method.calls, clock.pending]).toEqual([3, 0]);
  });

  it('waits for no permit that comes too late', async () => {
    const { call, clock } = nested(
      { timeout: { total: 250 } },
      { rateLimit: { limit: 1, per: 1000, maxWait: '10s' } },
      async () => 'ok',
    );
    expect(await call()).toBe('ok');
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError);
    expect(clock.pending).toBe(0);
  });

  it('ends what is under way in its own words, which nobody within counts', async () => {
    const method = flaky.hanging();
    const { call, clock, runtime } = nested({ timeout: { total: 50 } }, { circuitBreaker: {}, timeout: 100 }, method);
    const seen = watch(call());
    await clock.advance(50);
    expect(seen.error).toMatchObject({ scope: 'total', site: 'Outer.method' });
    expect(runtime.circuits.get('Inner.method').stats).toMatchObject({ failures: 0, ignored: 1, inFlight: 0 });
    expect(statsOf(runtime, 'Inner.method')).toMatchObject({ cancelled: 1, failures: 0 });
    expect(statsOf(runtime, 'Outer.method')).toMatchObject({ cancelled: 0, failures: 1 });
  });
});

describe('Hedge → method → Retry → another method', () => {
  it('has every copy repeat for itself where nobody further out retries', async () => {
    const method = always(new Boom('x'));
    const { call, clock } = nested({ hedge }, { retry: constant }, method);
    const seen = watch(call());
    await clock.advance(1000);
    expect([seen.error instanceof Boom, method.calls, clock.pending]).toEqual([true, 2 * 3, 0]);
  });

  it('ends the waits of a copy that was outrun, in that tick', async () => {
    const method = flaky.failing([new Boom('first')], 'second');
    const { call, clock, runtime } = nested({ hedge }, { retry: { ...constant, delay: '1h', maxDelay: '1h' } }, method);
    const seen = watch(call());
    await clock.advance(10);
    expect(seen.value).toBe('second');
    expect([method.calls, clock.pending]).toEqual([2, 0]);
    expect(statsOf(runtime, 'Inner.method')).toMatchObject({ calls: 2, successes: 1, cancelled: 1, failures: 0 });
  });

  it('sends no copy after a refusal within, which it would meet as well', async () => {
    const method = always(new Boom('x'));
    const { call, runtime, clock } = nested({ hedge: { ...hedge, delay: -1 } }, { circuitBreaker: {} }, method);
    runtime.circuits.get('Inner.method').forceOpen();
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect(statsOf(runtime, 'Inner.method')).toMatchObject({ calls: 1, attempts: 0 });
    expect(clock.pending).toBe(0);
  });
});

describe('Retry → Hedge → method → Retry → another method', () => {
  it('leaves the repeating to the outermost: attempts never multiply by attempts', async () => {
    const method = always(new Boom('x'));
    const { call, clock } = nested(
      { retry: { ...constant, maxAttempts: 2 }, hedge },
      { retry: { ...constant, maxAttempts: 5 } },
      method,
    );
    const seen = watch(call());
    await clock.advance(1000);
    expect(method.calls).toBe(2 * 2);
    expect(resilienceInfo(seen.error)).toMatchObject({ attempts: 2, exhausted: true });
  });
});

describe('Dedup → method → Hedge → another method', () => {
  const world = (method: Method, outer: GivenPolicies = {}) => nested({ dedup: {}, ...outer }, { hedge }, method);

  it('races once for all who merged', async () => {
    const method = vi.fn((_signal: AbortSignal): Promise<unknown> => clock.sleep(30).then(() => 'ok'));
    const { call, clock } = world(method);
    const seen = [watch(call()), watch(call()), watch(call())];
    await clock.advance(30);
    expect(seen.map(({ value }) => value)).toEqual(['ok', 'ok', 'ok']);
    expect(method).toHaveBeenCalledTimes(2);
  });

  it('ends all copies when the last of the callers has left, and no sooner', async () => {
    const signals: AbortSignal[] = [];
    const { around, clock } = world((signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const callers = [new AbortController(), new AbortController()];
    const seen = callers.map(({ signal }) => watch(around(signal)));
    await clock.advance(10);
    callers[0]?.abort('first');
    await settle();
    expect([seen[0]?.error, signals.map(({ aborted }) => aborted)]).toEqual(['first', [false, false]]);
    callers[1]?.abort('second');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    await settle();
    expect([seen[1]?.error, clock.pending]).toEqual(['second', 0]);
  });

  it('keeps to no caller’s deadline, whoever began it', async () => {
    const { runtime, clock } = testRuntime();
    const method = (_signal: AbortSignal): Promise<unknown> => clock.sleep(300).then(() => 'ok');
    const merged = protect(method, { dedup: {}, hedge }, { id: 'Merged.method', runtime });
    const within = (total: number) =>
      protect((signal: AbortSignal) => merged(signal), { timeout: { total } }, { id: `Within${total}`, runtime });
    const seen = [100, 1000].map((total) => watch(within(total)(new AbortController().signal)));
    await clock.advance(300);
    expect(seen).toMatchObject([{ error: { scope: 'total', after: 100 } }, { value: 'ok' }]);
  });
});

describe('Retry → method → Dedup → another method', () => {
  it('does not tell the merged run that somebody further out retries: it belongs to nobody', async () => {
    const method = always(new Boom('x'));
    const { call, clock } = nested({ retry: constant }, { dedup: {}, retry: { ...constant, maxAttempts: 2 } }, method);
    const seen = watch(call());
    await clock.advance(1000);
    expect([seen.error instanceof Boom, method.calls]).toEqual([true, 2]); // used up within: not repeated around
  });
});

describe('Cached → method → Cached → method, and back to the first', () => {
  // A flight belongs to nobody, so the second one did not know the first: both waited for each other for ever.
  it.each<[string, GivenPolicies]>([
    ['cached', { cached: '1m' }],
    ['dedup', { dedup: {} }],
    ['dedup around hedge', { dedup: {}, hedge }],
  ])('does not wait for itself: %s', async (_what, policies) => {
    const { runtime } = testRuntime({ asyncContext: true });
    let depth = 0;
    const there = protect(
      async (id: number): Promise<string> => {
        await null;
        return depth++ === 0 ? back(id) : 'arrived';
      },
      policies,
      { id: 'There.method', runtime },
    );
    const back: (id: number) => Promise<string> = protect(
      async (id: number): Promise<string> => {
        await null;
        return there(id);
      },
      policies,
      { id: 'Back.method', runtime },
    );
    const seen = watch(there(1));
    await settle();
    expect(seen).toEqual({ state: 'resolved', value: 'arrived' });
  });
});

describe('Fallback → method → Fallback → another method', () => {
  it('is asked only for what the inner one could not answer', async () => {
    const { runtime } = testRuntime();
    const answered = protect(always(new Boom('x')), { fallback: { value: 'inner' } }, { id: 'Answered', runtime });
    const outer = { fallback: { value: 'outer' } };
    expect(await protect(() => answered(), outer, { id: 'One', runtime })()).toBe('inner');
    const worse = { call: () => Promise.reject(new Boom('worse')) };
    const unanswered = protect(always(new Boom('x')), { fallback: worse }, { id: 'Unanswered', runtime });
    expect(await protect(() => unanswered(), outer, { id: 'Two', runtime })()).toBe('outer');
  });
});

describe('Bulkhead → method → the same Bulkhead', () => {
  it('waits for the slot that the call around it holds no longer than that call may', async () => {
    const slots = { name: 'slots', maxConcurrent: 1, maxQueue: 1 };
    const { call, clock } = nested({ bulkhead: slots, timeout: 100 }, { bulkhead: slots }, async () => 'ok');
    const seen = watch(call());
    await clock.advance(100);
    expect([seen.error, clock.pending]).toMatchObject([{ scope: 'attempt', site: 'Outer.method' }, 0]);
  });
});
