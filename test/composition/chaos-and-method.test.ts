import { describe, expect, it } from 'vitest';
import { type ChaosOptions, type Clock, currentCall, type GivenPolicies } from '../../decorators/index.js';
import { Boom, type ProtectedForTest, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

type Method = (id: number, signal?: AbortSignal) => Promise<unknown>;

const around: GivenPolicies = {
  fallback: { value: 'substitute', on: 'HOLDFAST_CIRCUIT_OPEN' },
  cached: { ttl: 100, staleIfError: 200 },
  dedup: {},
  timeout: { attempt: 80, total: 500 },
  retry: { maxAttempts: 2, delay: 20, jitter: 'none' },
  hedge: { idempotent: true, delay: 30 },
  circuitBreaker: { failureThreshold: 6, openFor: 300 },
  rateLimit: { limit: 20, per: 1000, maxWait: 100 },
  bulkhead: { maxConcurrent: 3, maxQueue: 2 },
};

/** What only the method itself tells of, or only what stands for it. */
const unequal: ReadonlySet<string> = new Set(['chaos.injected', 'call.attempted']);

/** Everything that can be seen from outside while calls come and go, in order of time. */
async function traceOf({ call, clock, runtime, events }: ProtectedForTest<Method>) {
  const leaves = new AbortController();
  const told: (readonly [at: number, name: string, event: string])[] = [];
  runtime.events.on('*', (name, event) => {
    if (!unequal.has(name)) told.push([clock.now(), name, JSON.stringify(event)]);
  });
  const seen: object[] = [];
  for (let id = 0; id < 12; id++) {
    seen.push(watch(call(id % 4)), watch(call(100 + id, leaves.signal)));
    await clock.advance(25);
    if (id === 5) leaves.abort('left');
  }
  await clock.advance(5000);
  const circuit = runtime.circuits.get('Service.method').stats;
  const injected = events.of('chaos.injected').length;
  return { seen, told: told.map(String).sort(), circuit, calls: callsOf(runtime), pending: clock.pending, injected };
}

/** What was counted for the method; how often it was reached itself is where chaos and the method must differ. */
function callsOf(runtime: ProtectedForTest<Method>['runtime']) {
  const [prepared] = runtime.methods();
  const { attempts: _, errors, ...calls } = prepared?.stats ?? { attempts: 0, errors: new Map<string, number>() };
  return { ...calls, errors: [...errors] };
}

describe('all others → Chaos → method', () => {
  const both = async (injected: ChaosOptions, method: (clock: Clock) => Method) => {
    const healthy: Method = async (id) => `own ${id}`;
    const struck = protectForTest(healthy, { ...around, chaos: { enabled: true, rate: 1, ...injected } });
    const real: ProtectedForTest<Method> = protectForTest((id, _signal) => method(real.clock)(id), around);
    return [await traceOf(struck), await traceOf(real)] as const;
  };

  it.each<[string, ChaosOptions, (clock: Clock) => Method]>([
    ['a fault is like an error', { fault: () => new Boom('x') }, () => () => Promise.reject(new Boom('x'))],
    ['a latency is like slowness', { latency: 40 }, (clock) => (id) => waiting(clock, 40).then(() => `own ${id}`)],
    [
      'a latency beyond all patience is like hanging',
      { latency: '1h' },
      (clock) => (id) => waiting(clock, 3_600_000).then(() => `own ${id}`),
    ],
    [
      'a fault after a latency is like an error that takes its time',
      { latency: 10, fault: () => new Boom('x') },
      (clock) => () => waiting(clock, 10).then(() => Promise.reject(new Boom('x'))),
    ],
    ['a result is like an answer', { result: 'other' }, () => async () => 'other'],
  ])('stands for the method, whatever is further out: %s', async (_what, injected, method) => {
    const [{ injected: struck, ...trace }, { injected: none, ...expected }] = await both(injected, method);
    expect(trace).toEqual(expected);
    expect([struck > 0, none]).toEqual([true, 0]);
    expect(expected.told.length).toBeGreaterThan(20);
  });
});

describe('Chaos → CircuitBreaker → method, exchanged on purpose', () => {
  it('injects what no circuit learns of, as no callee could', async () => {
    const { call, runtime, events } = exchanged(
      ['chaos', 'circuitBreaker'],
      { circuitBreaker: { failureThreshold: 3 }, chaos: { enabled: true, rate: 1, fault: Boom } },
      async () => 'ok',
    );
    for (let i = 0; i < 5; i++) await expect(call()).rejects.toBeInstanceOf(Boom);
    expect(events.of('chaos.injected').length).toBe(5);
    expect(runtime.circuits.get('Service.method')).toMatchObject({ state: 'closed', stats: { calls: 0 } });
  });
});

/** Time that passes as for a method that hears the signal of its attempt. */
function waiting(clock: Clock, duration: number): Promise<void> {
  const signal = currentCall()?.signal;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = clock.later(duration, resolve);
    signal?.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
  });
}
