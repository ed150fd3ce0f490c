import { describe, expect, it } from 'vitest';
import { Boom, flaky, protectForTest } from '../../src/testing/index.js';

const plain = { delay: 0, jitter: 'none' } as const;

describe('Cached → Retry → method', () => {
  it('CP12 keeps what the attempts came to: one miss and one entry, then a hit', async () => {
    const method = flaky.failing([new Boom('a'), new Boom('b')], 'bar');
    const { call, events } = protectForTest(method, { cached: '1h', retry: plain });
    expect(await call()).toBe('bar');
    expect(method.calls).toBe(3);
    expect([events.of('cache.missed').length, events.of('cache.stored').length, events.of('cache.hit').length]).toEqual(
      [1, 1, 0],
    );
    expect(await call()).toBe('bar');
    expect(method.calls).toBe(3);
    expect([events.of('cache.missed').length, events.of('cache.stored').length, events.of('cache.hit').length]).toEqual(
      [1, 1, 1],
    );
  });
});

describe('Cached → CircuitBreaker → method', () => {
  it('answers from what it has while the circuit is open, and counts a hit as nothing', async () => {
    const { call, runtime } = protectForTest(async (id: number) => `answer ${id}`, {
      cached: '1h',
      circuitBreaker: {},
    });
    await call(1);
    const circuit = runtime.circuits.get('Service.method');
    circuit.forceOpen();
    expect(await call(1)).toBe('answer 1');
    await expect(call(2)).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
    circuit.reset();
    expect(circuit.stats.calls).toBe(0);
  });
});

describe('Cached → RateLimit → Bulkhead → method', () => {
  it('spends neither permits nor slots on what it has', async () => {
    const { call, runtime } = protectForTest(async () => 1, {
      cached: '1h',
      rateLimit: { limit: 2, per: '1h' },
      bulkhead: 1,
    });
    for (let i = 0; i < 10; i++) expect(await call()).toBe(1);
    expect(runtime.limiters.get('Service.method').available).toBe(1);
  });
});
