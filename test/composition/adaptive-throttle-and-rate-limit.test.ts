import { describe, expect, it } from 'vitest';
import { RateLimitedError, type Runtime, ThrottledError } from '../../decorators/index.js';
import { Boom, flaky, protectForTest, sequence, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const throttleOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.throttles.get('Service.method');
const limiterOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.limiters.get('Service.method');
const unlucky = { random: sequence(0) };

/** Refuses after a single failure. */
const adaptiveThrottle = { successThreshold: 0.9, minimumCalls: 0 } as const;

/** Makes the throttle of a world refuse. */
async function overload(world: { readonly runtime: Runtime }): Promise<void> {
  await throttleOf(world)
    .execute(() => Promise.reject(new Boom('overloaded')))
    .catch(() => undefined);
}

describe('AdaptiveThrottle → RateLimit → method', () => {
  it('spends no permit on what it refuses', async () => {
    const world = protectForTest(async () => 1, { adaptiveThrottle, rateLimit: { limit: 2, per: '1m' } }, unlucky);
    await overload(world);
    for (let i = 0; i < 5; i++) await expect(world.call()).rejects.toBeInstanceOf(ThrottledError);
    expect(limiterOf(world)).toMatchObject({ available: 2, stats: { permitted: 0, rejected: 0 } });
  });

  it('refuses at once, also those who would wait for a permit', async () => {
    const world = protectForTest(
      async () => 1,
      { adaptiveThrottle, rateLimit: { limit: 1, per: '1s', maxWait: '10s' } },
      unlucky,
    );
    await world.call();
    await overload(world);
    await expect(world.call()).rejects.toBeInstanceOf(ThrottledError);
    expect([limiterOf(world).stats.waiting, world.clock.pending]).toEqual([0, 0]);
  });

  it('says nothing of the callee when there is no permit', async () => {
    const world = protectForTest(async () => 1, { adaptiveThrottle, rateLimit: { limit: 1, per: '1m' } }, unlucky);
    await world.call();
    for (let i = 0; i < 5; i++) await expect(world.call()).rejects.toBeInstanceOf(RateLimitedError);
    expect(throttleOf(world).stats).toEqual({ requests: 1, accepts: 1, refused: 0, rejectionRate: 0 });
    expect(throttleOf(world).isBusy).toBe(false);
  });

  it('judges a call that waited for its permit when it comes out, if that is soon enough', async () => {
    const world = protectForTest(flaky.failing([new Boom('a'), new Boom('b'), new Boom('c')], 'well'), {
      adaptiveThrottle: { ...adaptiveThrottle, window: 1000 },
      rateLimit: { limit: 1, per: 700, algorithm: 'fixed-window', maxWait: '10s' },
    });
    const seen = [world.call(), world.call(), world.call()].map(watch);
    await world.clock.advance(0);
    expect(throttleOf(world).stats.requests).toBe(1);
    await world.clock.advance(700);
    expect(throttleOf(world).stats.requests).toBe(2);
    await world.clock.advance(700);
    expect(seen.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(throttleOf(world).stats.requests).toBe(1);
  });
});

describe('RateLimit → AdaptiveThrottle → method, exchanged on purpose', () => {
  it('lets a call wait for its permit, only to be refused by the throttle', async () => {
    const world = exchanged(
      ['rateLimit', 'adaptiveThrottle'],
      {
        adaptiveThrottle: { ...adaptiveThrottle, maxRejectionRate: 1 },
        rateLimit: { limit: 1, per: '1s', maxWait: '10s' },
      },
      async () => 1,
    );
    await world.call();
    throttleOf(world).reset();
    for (let n = 0; n < 200; n++) await overload(world);
    const seen = watch(world.call());
    await world.clock.advance(999);
    expect(seen.state).toBe('pending');
    await world.clock.advance(1);
    expect(seen.error).toBeInstanceOf(ThrottledError);
  });
});
