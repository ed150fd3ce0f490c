import { describe, expect, it } from 'vitest';
import { type Clock, type Runtime, ThrottledError } from '../../decorators/index.js';
import { Boom, protectForTest, sequence, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const hedge = { idempotent: true, delay: 10, maxHedges: 2, budget: false } as const;

/** Refuses after a single failure. */
const adaptiveThrottle = { successThreshold: 0.9, minimumCalls: 0 } as const;
const throttleOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.throttles.get('Service.method');
const unlucky = { random: sequence(0) };

/** Takes so long each time, and fails as long as `down` holds. */
function recovering(clock: () => Clock, takes: number) {
  const callee = { down: true, calls: 0 };
  const method = async (): Promise<string> => {
    callee.calls++;
    await clock().sleep(takes);
    if (callee.down) throw new Boom('down');
    return 'well';
  };
  return { callee, method };
}

describe('Hedge → AdaptiveThrottle → method', () => {
  it('counts every copy as asked for', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock, runtime } = protectForTest(method, { hedge, adaptiveThrottle }, unlucky);
    const seen = watch(call());
    await clock.advance(100);
    expect([seen.error instanceof Boom, callee.calls]).toEqual([true, 3]);
    expect(throttleOf({ runtime }).stats).toMatchObject({ requests: 3, accepts: 0 });
  });

  it('counts for nothing the copies that lost', async () => {
    const { method, callee } = recovering(() => clock, 25);
    callee.down = false;
    const { call, clock, runtime } = protectForTest(method, { hedge, adaptiveThrottle }, unlucky);
    const seen = watch(call());
    await clock.advance(100);
    expect([seen.value, callee.calls]).toEqual(['well', 3]);
    expect(throttleOf({ runtime }).stats).toMatchObject({ requests: 1, accepts: 1 });
    expect(throttleOf({ runtime }).isBusy).toBe(false);
  });

  it('makes no copies of a call while they would be refused, and waits for the first one', async () => {
    const { method, callee } = recovering(() => clock, 25);
    callee.down = false;
    const { call, clock, runtime, events } = protectForTest(method, { hedge, adaptiveThrottle }, unlucky);
    const seen = watch(call());
    await clock.advance(5);
    const overloaded = throttleOf({ runtime }).execute(() => Promise.reject(new Boom('overloaded')));
    await expect(overloaded).rejects.toBeInstanceOf(Boom);
    await clock.advance(100);
    expect([seen.value, callee.calls, events.of('throttle.refused').length]).toEqual(['well', 1, 2]);
  });

  it('hedges for no refusal of the throttle', async () => {
    const { method, callee } = recovering(() => clock, 0);
    const { call, clock, events } = protectForTest(method, { hedge, adaptiveThrottle }, unlucky);
    watch(call());
    await clock.advance(100);
    callee.calls = 0;
    const told = events.of('hedge.started').length;
    await expect(call()).rejects.toBeInstanceOf(ThrottledError);
    await clock.advance(1000);
    expect([callee.calls, events.of('hedge.started').length - told, clock.pending]).toEqual([0, 0, 0]);
  });
});

describe('AdaptiveThrottle → Hedge → method, exchanged on purpose', () => {
  it('takes a race for one call, and lets its copies through, however many fail', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock, runtime } = exchanged(['adaptiveThrottle', 'hedge'], { hedge, adaptiveThrottle }, method);
    watch(call());
    await clock.advance(100);
    expect(callee.calls).toBe(3);
    expect(throttleOf({ runtime }).stats).toMatchObject({ requests: 1, accepts: 0 });
  });
});
