import { describe, expect, it } from 'vitest';
import { BulkheadFullError, type Runtime } from '../../decorators/index.js';
import { Boom, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const slotsOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.bulkheads.get('Service.method');
const slow = { enabled: true, rate: 1, latency: 100 } as const;

describe('Bulkhead → Chaos → method', () => {
  it('has an injected wait occupy a slot, as a slow method would', async () => {
    const { call, clock, ...world } = protectForTest(async () => 'ok', { bulkhead: 1, chaos: slow });
    const seen = watch(call());
    await clock.advance(99);
    expect(slotsOf(world).running).toBe(1);
    await expect(call()).rejects.toBeInstanceOf(BulkheadFullError);
    await clock.advance(1);
    expect([seen.value, slotsOf(world).running]).toEqual(['ok', 0]);
  });

  it('injects nothing into a call that found no slot', async () => {
    const { call, clock, events } = protectForTest(async () => 'ok', { bulkhead: 1, chaos: { ...slow, fault: Boom } });
    const seen = watch(call());
    for (let i = 0; i < 5; i++) await expect(call()).rejects.toBeInstanceOf(BulkheadFullError);
    expect(events.of('chaos.injected').length).toBe(1);
    await clock.advance(100);
    expect(seen.error).toBeInstanceOf(Boom);
  });

  it('queues calls behind injected waits, one after the other', async () => {
    const { call, clock } = protectForTest(async () => 'ok', {
      bulkhead: { maxConcurrent: 1, maxQueue: 2 },
      chaos: slow,
    });
    const seen = [watch(call()), watch(call()), watch(call())];
    await clock.advance(250);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'pending']);
  });
});

describe('Chaos → Bulkhead → method, exchanged on purpose', () => {
  it('lets any number of calls be slow at once, which no slow method could', async () => {
    const { call, clock, ...world } = exchanged(['chaos', 'bulkhead'], { bulkhead: 1, chaos: slow }, async () => 'ok');
    const seen = [watch(call()), watch(call()), watch(call())];
    await clock.advance(99);
    expect(slotsOf(world).running).toBe(0);
    await clock.advance(1);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'rejected', 'rejected']); // they meet only now
  });
});
