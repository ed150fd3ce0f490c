import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimiterOptions } from '../../../src/policies/rate-limit/index.js';
import { RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import type { Limits } from '../../../src/policies/rate-limit/meters.js';
import { testRuntime, watch } from '../../../src/testing/index.js';
import { Crowd } from './crowd.js';
import { kinds } from './kinds.js';

/** The options that make these limits. */
function optionsOf({ all, warmUp }: Limits, factor = 1): LimiterOptions {
  const limits = all.map(({ algorithm, limit, per, burst }) => ({
    algorithm,
    limit: Math.round(limit * factor),
    per,
    ...(algorithm === 'token-bucket' && { burst: Math.round(burst * factor) }),
  }));
  return { limits, maxQueue: 6, ...(warmUp > 0 && { warmUp }) };
}

/** The loosest of the limits that a crowd may be under. */
const loosest = ({ all, warmUp }: Limits): Limits => ({
  warmUp,
  all: all.map(({ limit, burst, ...rest }) => ({ ...rest, limit: 2 * limit, burst: 2 * burst })),
});

type Happening = (crowd: Crowd, limits: Limits) => Promise<void>;

const patience = fc.constantFrom(0, 50, 400, 3000, Number.POSITIVE_INFINITY);
const coming: fc.Arbitrary<Happening> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 4 }), patience).map((ask) => (crowd: Crowd) => crowd.come(...ask)),
  patience.map((maxWait) => (crowd: Crowd) => crowd.come(1, maxWait)),
);
const passing: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.double({ min: 0, max: 300, noNaN: true }).map((time) => (crowd: Crowd) => crowd.advance(time)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(3_600_000, 9 * 86_400_000).map((time) => (crowd: Crowd) => crowd.advance(time)),
  },
);
const easing: fc.Arbitrary<Happening> = fc.oneof(
  fc.nat(9).map((which) => (crowd: Crowd) => crowd.leave(which)),
  fc.nat(9).map((which) => (crowd: Crowd) => crowd.giveBack(which)),
);
const moving: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom(1, 2, 1.5).map((factor) => (crowd: Crowd, limits: Limits) => crowd.change(optionsOf(limits, factor))),
  fc.constant((crowd: Crowd) => crowd.drain()),
  fc.constantFrom(120, 5000).map((time) => (crowd: Crowd) => crowd.hang(time)),
);

const some = (happening: fc.Arbitrary<Happening>) => fc.array(happening, { maxLength: 40, size: 'max' });

describe.each(kinds)('whatever a crowd does, %s', (_name, limits) => {
  it('serves each exactly when it was foreseen, in the order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(some(fc.oneof(coming, passing)), async (happenings) => {
        const crowd = new Crowd(optionsOf(limits));
        for (const next of happenings) await next(crowd, limits);
        await crowd.proveAll(limits);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps its promise, the order and its word when some leave and give back', async () => {
    await fc.assert(
      fc.asyncProperty(some(fc.oneof(coming, coming, passing, easing)), async (happenings) => {
        const crowd = new Crowd(optionsOf(limits));
        for (const next of happenings) await next(crowd, limits);
        await crowd.proveAll(limits);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps them when its terms change, it is drained, or the process hangs, and lets nobody wait in vain', async () => {
    await fc.assert(
      fc.asyncProperty(some(fc.oneof(coming, coming, passing, easing, moving)), async (happenings) => {
        const crowd = new Crowd(optionsOf(limits));
        for (const next of happenings) await next(crowd, limits);
        await crowd.proveAll(loosest(limits));
      }),
      { numRuns: 50 },
    );
  });

  it('RL15 refuses until just before the moment that it names, and admits at that moment', async () => {
    const ask = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 50, 400));
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 8 }), ask, async (before, [weight, maxWait]) => {
        const { runtime, clock } = testRuntime();
        const limiter = runtime.limiters.register('search', { ...optionsOf(limits), maxQueue: 1000 });
        for (const [weight] of before) watch(limiter.acquire(weight));
        await clock.advance(0);
        const ask = () => watch(limiter.acquire(weight, { maxWait }));
        const first = ask();
        await clock.advance(0);
        if (!(first.error instanceof RateLimitedError)) return;
        const { retryAfter } = first.error;
        expect(retryAfter).toBeGreaterThan(0);
        await clock.advance(retryAfter! - 1e-3);
        const early = ask();
        await clock.advance(1e-3);
        const punctual = ask();
        await clock.advance(0);
        expect([early.error, punctual.error]).toEqual([expect.any(RateLimitedError), undefined]);
      }),
      { numRuns: 60 },
    );
  });
});
