import { describe, expect, it } from 'vitest';
import { CircuitOpenError, type Clock, type Runtime } from '../../decorators/index.js';
import { Boom, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const hedge = { idempotent: true, delay: 10, maxHedges: 2, budget: false } as const;
const circuitOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.circuits.get('Service.method');

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

describe('Hedge → CircuitBreaker → method', () => {
  it('counts every copy, so that one call alone may open the circuit', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock, runtime } = protectForTest(method, { hedge, circuitBreaker: { failureThreshold: 3 } });
    const seen = watch(call());
    await clock.advance(100);
    expect([seen.error instanceof Boom, callee.calls, circuitOf({ runtime }).state]).toEqual([true, 3, 'open']);
  });

  it('lets no copy beside the trial of a callee that comes back', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock, runtime } = protectForTest(method, {
      hedge,
      circuitBreaker: { failureThreshold: 1, openFor: 1000, halfOpenCalls: 1 },
    });
    watch(call());
    await clock.advance(1000 + 40);
    expect(circuitOf({ runtime }).state).toBe('half-open');
    callee.down = false;
    callee.calls = 0;
    const seen = watch(call());
    await clock.advance(100);
    expect([seen.value, callee.calls, circuitOf({ runtime }).state]).toEqual(['well', 1, 'closed']);
  });

  it('hedges for no refusal of the circuit', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock, runtime, events } = protectForTest(method, { hedge, circuitBreaker: {} });
    circuitOf({ runtime }).forceOpen();
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    await clock.advance(1000);
    expect([callee.calls, events.of('circuit.refused').length, clock.pending]).toEqual([0, 1, 0]);
  });
});

describe('CircuitBreaker → Hedge → method, exchanged on purpose', () => {
  it('takes a race for one call, however many copies failed', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock, runtime } = exchanged(
      ['circuitBreaker', 'hedge'],
      { hedge, circuitBreaker: { failureThreshold: 3 } },
      method,
    );
    watch(call());
    await clock.advance(100);
    expect(callee.calls).toBe(3);
    expect(circuitOf({ runtime })).toMatchObject({ state: 'closed', stats: { failures: 1 } });
  });

  it('sends a callee that comes back as many copies as any other', async () => {
    const { method, callee } = recovering(() => clock, 30);
    const { call, clock } = exchanged(
      ['circuitBreaker', 'hedge'],
      { hedge, circuitBreaker: { failureThreshold: 1, openFor: 1000, halfOpenCalls: 1 } },
      method,
    );
    watch(call());
    await clock.advance(1100);
    callee.down = false;
    callee.calls = 0;
    watch(call());
    await clock.advance(100);
    expect(callee.calls).toBe(3);
  });
});
