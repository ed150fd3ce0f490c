import { describe, expect, it, vi } from 'vitest';
import { CircuitOpenError } from '../../src/policies/circuit-breaker/index.js';
import { Boom, type ProtectedForTest, protectForTest, sequence, watch } from '../../src/testing/index.js';

const always = { enabled: true, rate: 1 } as const;
const plainRetry = { delay: 10, jitter: 'none', budget: false } as const;

const answering = () => vi.fn(async (..._args: unknown[]): Promise<unknown> => 'ok');

describe('Retry → Chaos → method', () => {
  it('overcomes what is not injected again, attempt by attempt', async () => {
    const method = answering();
    const chaos = { enabled: true, rate: 0.5, fault: Boom };
    const random = sequence(0.1, 0.4, 0.6);
    const { call, clock, events } = protectForTest(
      method,
      { retry: { ...plainRetry, maxAttempts: 4 }, chaos },
      { random },
    );
    const seen = watch(call());
    await clock.advance(100);
    expect(seen).toEqual({ state: 'resolved', value: 'ok' });
    expect(method).toHaveBeenCalledTimes(1);
    expect(events.of('chaos.injected').map(({ attempt, what }) => [attempt, what])).toEqual([
      [1, 'fault'],
      [2, 'fault'],
    ]);
    expect(events.of('retry.scheduled').map(({ error }) => error)).toEqual(
      events.of('chaos.injected').map(({ error }) => error),
    );
  });

  it('gives up with the last injected error', async () => {
    const { call, clock, events } = protectForTest(answering(), {
      retry: { ...plainRetry, maxAttempts: 3 },
      chaos: { ...always, fault: Boom },
    });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toBe(events.of('chaos.injected')[2]?.error);
  });

  it('repeats no call that was ended during an injected wait', async () => {
    const controller = new AbortController();
    const method = answering();
    const { call, clock, events } = protectForTest(method, { retry: plainRetry, chaos: { ...always, latency: '1s' } });
    const seen = watch(call(controller.signal));
    await clock.advance(500);
    controller.abort('left');
    await clock.advance(0);
    expect(seen).toEqual({ state: 'rejected', error: 'left' });
    expect(clock.pending).toBe(0);
    await clock.advance(5000);
    expect(method).not.toHaveBeenCalled();
    expect(events.of('chaos.injected')).toHaveLength(1);
    expect(events.names).not.toContain('retry.scheduled');
  });
});

describe('CircuitBreaker → Chaos → method', () => {
  it('opens by injected faults, and then injects no more', async () => {
    const method = answering();
    const circuitBreaker = { failureThreshold: 3, openFor: '1s' } as const;
    const { call, clock, events } = protectForTest(method, { circuitBreaker, chaos: { ...always, fault: Boom } });
    for (let index = 0; index < 3; index++) await expect(call()).rejects.toThrow(Boom);
    await expect(call()).rejects.toThrow(CircuitOpenError);
    expect(events.of('chaos.injected')).toHaveLength(3);
    expect(events.of('circuit.moved')).toMatchObject([{ from: 'closed', to: 'open' }]);
    await clock.advance(1000);
    await expect(call()).rejects.toThrow(Boom); // the trial is struck too
    expect(method).not.toHaveBeenCalled();
  });

  it('counts an injected answer as one of the callee', async () => {
    const { call, runtime } = protectForTest(answering(), {
      circuitBreaker: 'callee',
      chaos: { ...always, result: 5 },
    });
    await call();
    expect(runtime.circuits.get('callee').stats).toMatchObject({ calls: 1, successes: 1, failures: 0 });
  });

  it('counts a refusal that is injected as a failure: the callee stands behind it', async () => {
    const refused = () =>
      new CircuitOpenError({ site: 'elsewhere', circuit: 'another', retryAfter: 5, cause: undefined });
    const { call, runtime } = protectForTest(answering(), {
      circuitBreaker: 'callee',
      chaos: { ...always, fault: refused },
    });
    await expect(call()).rejects.toThrow(CircuitOpenError);
    expect(runtime.circuits.get('callee').stats).toMatchObject({ failures: 1 });
  });

  it('says nothing by a caller that leaves during an injected wait', async () => {
    const controller = new AbortController();
    const { call, clock, runtime } = protectForTest(answering(), {
      circuitBreaker: 'callee',
      chaos: { ...always, latency: '1s' },
    });
    const seen = watch(call(controller.signal));
    await clock.advance(10);
    controller.abort('left');
    await clock.advance(0);
    expect(seen.error).toBe('left');
    expect(runtime.circuits.get('callee').stats).toMatchObject({ failures: 0, successes: 0 });
  });
});

describe('Timeout → Chaos → method', () => {
  it.each([
    ['attempt', '1s'],
    ['total', '1s'],
    ['attempt', Number.POSITIVE_INFINITY],
  ] as const)('cuts an injected wait short, which is a failure of the callee: %s, %s', async (scope, latency) => {
    const method = answering();
    const { call, clock, runtime } = protectForTest(method, {
      timeout: { [scope]: 300 },
      circuitBreaker: 'callee',
      chaos: { ...always, latency },
    });
    const seen = watch(call());
    await clock.advance(299);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen).toMatchObject({ state: 'rejected', error: { code: 'HOLDFAST_TIMEOUT', scope, after: 300 } });
    expect(clock.pending).toBe(0);
    await clock.advance(5000);
    expect(method).not.toHaveBeenCalled();
    expect(runtime.circuits.get('callee').stats).toMatchObject({ failures: 1, timeouts: 1 });
  });

  it('leaves the method uncalled when the wait and the time are over together', async () => {
    const method = answering();
    const { call, clock } = protectForTest(method, { timeout: 300, chaos: { ...always, latency: 300 } });
    const seen = watch(call());
    await clock.advance(300);
    expect(seen).toMatchObject({ state: 'rejected', error: { code: 'HOLDFAST_TIMEOUT' } });
    expect(method).not.toHaveBeenCalled();
  });

  it('leaves the method and all else undone after a behavior that outlasted the call', async () => {
    const method = answering();
    const latency = vi.fn(() => 5);
    const behavior = (): Promise<void> => world.clock.sleep(500);
    const world: ProtectedForTest<typeof method> = protectForTest(method, {
      timeout: 300,
      chaos: { ...always, behavior, latency },
    });
    const seen = watch(world.call());
    await world.clock.advance(300);
    expect(seen).toMatchObject({ state: 'rejected', error: { code: 'HOLDFAST_TIMEOUT' } });
    await world.clock.advance(1000);
    expect(latency).not.toHaveBeenCalled();
    expect(method).not.toHaveBeenCalled();
  });
});

describe('Bulkhead → Chaos → method', () => {
  const bulkhead = { name: 'slots', maxConcurrent: 1 } as const;

  it('holds the slot during an injected wait, until the method is done', async () => {
    const { call, clock, runtime } = protectForTest(answering(), { bulkhead, chaos: { ...always, latency: 100 } });
    const seen = watch(call());
    await clock.advance(99);
    expect(runtime.bulkheads.get('slots').running).toBe(1);
    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_BULKHEAD_FULL' });
    await clock.advance(1);
    expect(seen.value).toBe('ok');
    expect(runtime.bulkheads.get('slots').running).toBe(0);
  });

  it.each(['timeout', 'abort', 'disposal'])(
    'frees the slot when the call ends during an injected wait: %s',
    async (end) => {
      const controller = new AbortController();
      const timeout = end === 'timeout' ? { timeout: { attempt: 50 } } : {};
      const chaos = { ...always, latency: '1h' } as const;
      const { call, clock, runtime } = protectForTest(answering(), { ...timeout, bulkhead, chaos });
      const slots = runtime.bulkheads.get('slots');
      const seen = watch(end === 'abort' ? call(controller.signal) : call());
      await clock.advance(49);
      expect([seen.state, slots.running]).toEqual(['pending', 1]);
      if (end === 'abort') controller.abort('left');
      if (end === 'disposal') watch(runtime.dispose());
      await clock.advance(end === 'timeout' ? 1 : 0);
      expect([seen.state, slots.running, clock.pending]).toEqual(['rejected', 0, 0]);
    },
  );

  it('holds the slot until a behavior that ignores its signal is done', async () => {
    const behavior = (): Promise<void> => world.clock.sleep(500);
    const method = answering();
    const world: ProtectedForTest<typeof method> = protectForTest(method, {
      timeout: 50,
      bulkhead,
      chaos: { ...always, behavior },
    });
    const seen = watch(world.call());
    await world.clock.advance(499);
    expect([seen.state, world.runtime.bulkheads.get('slots').running]).toEqual(['rejected', 1]);
    await world.clock.advance(1);
    expect(world.runtime.bulkheads.get('slots').running).toBe(0);
  });
});

describe('The runtime of Chaos', () => {
  it('ends an injected wait when it is disposed', async () => {
    const method = answering();
    const { call, clock, runtime } = protectForTest(method, { chaos: { ...always, latency: '1h' } });
    const seen = watch(call());
    await clock.advance(10);
    await runtime.dispose();
    expect(seen).toMatchObject({ state: 'rejected', error: { code: 'HOLDFAST_RUNTIME_DISPOSED' } });
    expect(method).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});

describe('Fallback, Cached → Chaos → method', () => {
  it('are answered for and kept like what the method does', async () => {
    const { call, events } = protectForTest(answering(), {
      fallback: { value: 'substitute' },
      chaos: { ...always, fault: Boom },
    });
    expect(await call()).toBe('substitute');
    expect(events.names).toContain('fallback.applied');
    const cached = protectForTest(answering(), { cached: '1h', chaos: { ...always, result: 'injected' } });
    expect([await cached.call(), await cached.call()]).toEqual(['injected', 'injected']);
    expect(cached.events.of('chaos.injected')).toHaveLength(1);
  });
});
