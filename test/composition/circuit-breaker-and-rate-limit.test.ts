import { describe, expect, it } from 'vitest';
import { CircuitOpenError, RateLimitedError, type Runtime } from '../../decorators/index.js';
import { Boom, flaky, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const circuitOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.circuits.get('Service.method');
const limiterOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.limiters.get('Service.method');
const sensitive = { failureThreshold: 1, openFor: '50s' } as const;

describe('CircuitBreaker → RateLimit → method', () => {
  it('spends no permit while it is open', async () => {
    const world = protectForTest(async () => 1, { circuitBreaker: sensitive, rateLimit: { limit: 2, per: '1m' } });
    circuitOf(world).forceOpen();
    for (let i = 0; i < 5; i++) await expect(world.call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect(limiterOf(world)).toMatchObject({ available: 2, stats: { permitted: 0, rejected: 0 } });
  });

  it('refuses at once while it is open, also those who would wait for a permit', async () => {
    const { call, ...world } = protectForTest(async () => 1, {
      circuitBreaker: sensitive,
      rateLimit: { limit: 1, per: '1s', maxWait: '10s' },
    });
    await call();
    circuitOf(world).forceOpen();
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect([limiterOf(world).stats.waiting, world.clock.pending]).toEqual([0, 0]);
  });

  it('says nothing of the callee when there is no permit', async () => {
    const world = protectForTest(async () => 1, { circuitBreaker: sensitive, rateLimit: { limit: 1, per: '1m' } });
    await world.call();
    for (let i = 0; i < 5; i++) await expect(world.call()).rejects.toBeInstanceOf(RateLimitedError);
    expect(circuitOf(world)).toMatchObject({ state: 'closed', stats: { failures: 0, successes: 1, ignored: 5 } });
  });

  it('gives the place in a trial back that a refused call took', async () => {
    const method = flaky.failing([new Boom('x')], 'well');
    const { call, clock, ...world } = protectForTest(method, {
      circuitBreaker: { failureThreshold: 1, openFor: 1000 },
      rateLimit: { limit: 1, per: 4000 },
    });
    await call().catch(() => {});
    await clock.advance(1000);
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError);
    expect(circuitOf(world)).toMatchObject({ state: 'half-open', stats: { inFlight: 0 } });
    await clock.advance(3000);
    expect([await call(), circuitOf(world).state]).toEqual(['well', 'closed']);
  });
});

describe('RateLimit → CircuitBreaker → method, exchanged on purpose', () => {
  it('lets a call wait for its permit, only to be refused by the circuit', async () => {
    const { call, clock, ...world } = exchanged(
      ['rateLimit', 'circuitBreaker'],
      { circuitBreaker: sensitive, rateLimit: { limit: 1, per: '1s', maxWait: '10s' } },
      async () => 1,
    );
    await call();
    circuitOf(world).forceOpen();
    const seen = watch(call());
    await clock.advance(999);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.error).toBeInstanceOf(CircuitOpenError);
  });

  it('hides an open circuit from those who find no permit', async () => {
    const { call, ...world } = exchanged(
      ['rateLimit', 'circuitBreaker'],
      { circuitBreaker: sensitive, rateLimit: { limit: 1, per: '1m' } },
      async () => 1,
    );
    await call();
    circuitOf(world).forceOpen();
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError);
  });
});
