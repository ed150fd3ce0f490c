import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import type { CircuitBreakerOptions } from '../../../src/policies/circuit-breaker/index.js';
import { explain, type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle, testRuntime, watch } from '../../../src/testing/index.js';
import { controlled, outcomes } from './controlled.js';

/** A circuit that has just opened for a second; its calls wait for two. */
async function opened(options: CircuitBreakerOptions = {}, others: GivenPolicies = {}) {
  const method = controlled();
  const over = protectForTest(method, {
    circuitBreaker: { failureThreshold: 1, openFor: '1s', maxWait: '2s', ...options },
    ...others,
  });
  const circuit = over.runtime.circuits.get('Service.method');
  await outcomes(1, over.call);
  method.does = 'succeed';
  return { ...over, method, circuit };
}

describe('calls that wait for a circuit', () => {
  it('go on when the trial succeeds, instead of being refused', async () => {
    const { call, clock, circuit, events, method } = await opened();
    const waiting = [call(), call(), call()].map(watch);
    await settle();
    expect(waiting.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
    expect(circuit.stats.waiting).toBe(3);
    await clock.advance(1000);
    expect(waiting.map(({ value }) => value)).toEqual(['ok', 'ok', 'ok']);
    expect(method.calls).toBe(4);
    expect(circuit.state).toBe('closed');
    expect(circuit.totals.waited).toBe(3);
    expect(events.of('circuit.waited')).toEqual(
      Array(3).fill({ site: 'Service.method', circuit: 'Service.method', waited: 1000 }),
    );
    expect(events.of('circuit.refused')).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('run as part of what their own caller does, whoever lets them in', async () => {
    // The method ran in the async context of the call that closed the circuit, or of whoever had set the timer.
    const requests = new AsyncLocalStorage<number>();
    const { call, clock, method } = await opened();
    const seen: unknown[] = [];
    method.does = () => seen.push(requests.getStore());
    const waiting = [1, 2, 3].map((request) => requests.run(request, call));
    await requests.run(0, () => clock.advance(1000));
    await Promise.all(waiting);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('are counted by their use', async () => {
    const { call, clock, runtime } = await opened({ maxQueue: 2 });
    const calls = [call(), call(), call()].map(watch);
    await clock.advance(1000);
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'rejected']);
    const [{ policies } = { policies: [] }] = [...runtime.methods()];
    expect(policies.find(({ kind }) => kind === 'circuitBreaker')?.stats).toEqual({ waited: 2, refused: 1 });
  });

  it('make the worst case longer by their patience', () => {
    const { call } = protectForTest(controlled(), {
      circuitBreaker: { maxWait: '2s' },
      timeout: '3s',
      retry: { maxAttempts: 2, delay: 0, retryAfter: 'ignore' },
    });
    expect(explain(call)).toMatchObject([{ attempts: 2, duration: 10_000 }]);
  });

  it('go in order, as many as the trial takes, and wait on when it fails', async () => {
    const order: unknown[] = [];
    const method = controlled();
    const { call, clock, runtime } = protectForTest(
      async (name: string) => {
        order.push(name);
        return method();
      },
      { circuitBreaker: { failureThreshold: 1, openFor: '1s', maxWait: '5s', halfOpenCalls: 2 } },
    );
    await outcomes(1, () => call('first'));
    const waiting = ['a', 'b', 'c', 'd'].map((name) => watch(call(name)));
    await clock.advance(1000);
    expect(order).toEqual(['first', 'a', 'b']);
    expect(waiting.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'pending', 'pending']);
    expect(waiting[0]?.error).toBeInstanceOf(Boom);
    expect(runtime.circuits.get('Service.method').state).toBe('open');
    method.does = 'succeed';
    await clock.advance(1000);
    expect(order).toEqual(['first', 'a', 'b', 'c', 'd']);
    expect(waiting.slice(2).map(({ value }) => value)).toEqual(['ok', 'ok']);
  });

  it('come back a few at a time: each success lets in one more at once', async () => {
    const { call, clock, method } = await opened();
    method.does = 'hang';
    for (let turn = 0; turn < 20; turn++) void call();
    await clock.advance(1000);
    const underWay: number[] = [];
    for (let round = 0; round < 4; round++) {
      underWay.push(method.hanging.length);
      for (const { resolve } of method.hanging.splice(0)) resolve();
      await settle();
    }
    expect(underWay).toEqual([1, 2, 4, 8]);
  });

  it('come back more slowly when a policy further in refuses them', async () => {
    const { call, clock, method } = await opened({}, { bulkhead: 2 });
    method.does = 'hang';
    const calls = Array.from({ length: 12 }, () => watch(call()));
    await clock.advance(1000);
    const refused = () => calls.filter(({ state }) => state === 'rejected').length;
    for (let round = 0; round < 3; round++) {
      expect(method.hanging.length).toBeLessThanOrEqual(2);
      for (const { resolve } of method.hanging.splice(0)) resolve();
      await settle();
    }
    expect(refused()).toBeLessThan(6);
    expect(calls.filter(({ state }) => state === 'resolved').length).toBeGreaterThanOrEqual(4);
  });

  it('are not overtaken in a trial by calls that come later', async () => {
    const { call, clock, method } = await opened({ halfOpenCalls: 2 });
    const first = watch(call());
    await clock.advance(999);
    clock.skip(1); // it is time for the trial, but nobody was woken yet
    method.does = 'hang';
    const later = [call(), call()].map(watch);
    await settle();
    expect(method.calls).toBe(3);
    method.hanging[0]?.resolve('first');
    await settle();
    expect([first.value, ...later.map(({ state }) => state)]).toEqual(['first', 'pending', 'pending']);
  });
});

describe('a call does not wait', () => {
  it('when the circuit stays open beyond its patience', async () => {
    const { call, clock } = await opened({ openFor: '2001ms' });
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    expect(clock.pending).toBe(0);
  });

  it('when the circuit stays open until its deadline', async () => {
    const { call, clock } = await opened({}, { timeout: { total: '1s' } });
    const refused = watch(call());
    await settle();
    expect(refused.error).toMatchObject({ name: 'CircuitOpenError', retryAfter: 1000 });
    expect(clock.pending).toBe(0);
  });

  it('when too many wait already', async () => {
    const { call } = await opened({ maxQueue: 2 });
    const calls = [call(), call(), call()].map(watch);
    await settle();
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending', 'rejected']);
  });

  it('at a circuit that is forced open', async () => {
    const { call, circuit } = await opened();
    const before = watch(call());
    circuit.forceOpen();
    await settle();
    expect(before.error).toMatchObject({ name: 'CircuitOpenError', retryAfter: undefined });
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
  });
});

describe('a wait ends', () => {
  it('with a refusal when patience is over', async () => {
    const { call, clock, method, events } = await opened({ halfOpenFor: '10s' });
    method.does = 'hang';
    const calls = [call(), call()].map(watch);
    await clock.advance(2000);
    expect(calls[0]?.state).toBe('pending');
    expect(calls[1]?.error).toMatchObject({ name: 'CircuitOpenError', retryAfter: 9000 });
    expect(events.of('circuit.refused')).toHaveLength(1);
  });

  it('with admission when the trial begins in the very millisecond in which patience is over', async () => {
    const { call, clock } = await opened({ maxWait: '1s' });
    const waiting = watch(call());
    await clock.advance(1000);
    expect(waiting.value).toBe('ok');
  });

  it('with a refusal when the trial fails and the next one is too far away', async () => {
    const { call, clock, method } = await opened({ openFor: { initial: 1000, multiplier: 3, max: 10_000 } });
    method.does = 'fail';
    const calls = [call(), call()].map(watch);
    await clock.advance(1000);
    expect(calls[0]?.error).toBeInstanceOf(Boom);
    expect(calls[1]?.error).toMatchObject({ name: 'CircuitOpenError', retryAfter: 3000 });
    expect(clock.pending).toBe(0);
  });

  it('when a probe that hangs gives up its place', async () => {
    const { call, clock, method } = await opened({ maxWait: '10s', halfOpenFor: '1s' });
    method.does = 'hang';
    const calls = [call(), call()].map(watch);
    await clock.advance(1000);
    method.does = 'succeed';
    await clock.advance(2000); // one for the place of the hung probe, one for the opening that follows
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'resolved']);
  });

  it('when a probe whose caller leaves gives back its place', async () => {
    const method = controlled();
    const { call, clock } = protectForTest((_signal: AbortSignal) => method(), {
      circuitBreaker: { failureThreshold: 1, openFor: '1s', maxWait: '10s', halfOpenFor: '1h' },
    });
    const callers = [new AbortController(), new AbortController(), new AbortController()] as const;
    await outcomes(1, () => call(callers[0].signal));
    method.does = 'hang';
    const probe = watch(call(callers[1].signal));
    const next = watch(call(callers[2].signal));
    await clock.advance(1000);
    expect(method.calls).toBe(2);
    method.does = 'succeed';
    callers[1].abort('left');
    await settle();
    expect([probe.error, next.value]).toEqual(['left', 'ok']);
  });

  it('when a call of the trial that never waited gives back its place', async () => {
    const { call, method } = await opened({ initialState: 'half-open', ignore: Boom, halfOpenFor: '1h' });
    method.does = 'hang';
    const probe = watch(call());
    const waiting = watch(call());
    await settle();
    expect(method.calls).toBe(2);
    method.does = 'succeed';
    method.hanging[0]?.reject(new Boom('ignored'));
    await settle();
    expect([probe.state, waiting.value]).toEqual(['rejected', 'ok']);
  });

  it('in order, even in the millisecond in which the patience of one is over', async () => {
    const { runtime, clock } = testRuntime();
    const method = controlled();
    const uses = (['5s', '1s'] as const).map((maxWait) => {
      const options = { name: 'shared', maxWait };
      return protect(method, { circuitBreaker: options }, { id: `Service.${maxWait}`, runtime });
    });
    const [patient, impatient] = uses as [(typeof uses)[number], (typeof uses)[number]];
    runtime.circuits.register('shared', { initialState: 'open', openFor: '1s' });
    method.does = 'hang';
    const calls = [patient(), impatient()].map(watch);
    await clock.advance(1000);
    expect(method.calls).toBe(1);
    method.hanging[0]?.resolve('first');
    await settle();
    expect(calls.map(({ value, state }) => value ?? state)).toEqual(['first', 'rejected']);
  });

  it("at once, with the caller's own reason, when the caller leaves", async () => {
    const method = controlled();
    const { call, clock, runtime } = protectForTest((_signal: AbortSignal) => method(), {
      circuitBreaker: { failureThreshold: 1, openFor: '1s', maxWait: '10s' },
    });
    await outcomes(1, () => call(new AbortController().signal));
    const caller = new AbortController();
    const waiting = watch(call(caller.signal));
    await settle();
    caller.abort('left');
    expect(runtime.circuits.get('Service.method').stats.waiting).toBe(0);
    expect(clock.pending).toBe(0);
    await settle();
    expect(waiting.error).toBe('left');
    expect(method.calls).toBe(1);
  });

  it('when the runtime is disposed, and leaves no timer behind', async () => {
    const { call, clock, runtime } = await opened();
    const waiting = watch(call());
    await settle();
    expect(clock.pending).toBe(2);
    const disposed = runtime.dispose();
    await settle();
    expect(waiting.error).toMatchObject({ name: 'RuntimeDisposedError' });
    await disposed;
    expect(clock.pending).toBe(0);
  });

  it('when somebody closes the circuit, or lets everything pass', async () => {
    for (const steer of ['forceClosed', 'disable', 'metricsOnly', 'reset'] as const) {
      const { call, circuit } = await opened();
      const calls = [call(), call()].map(watch);
      circuit[steer]();
      await settle();
      expect([steer, ...calls.map(({ value }) => value)]).toEqual([steer, 'ok', 'ok']);
    }
  });

  it('when its patience is over and the circuit is closed, though it was not its turn yet', async () => {
    const { call, clock, method, circuit } = await opened();
    method.does = 'hang';
    const calls = [call(), call(), call(), call()].map(watch);
    await clock.advance(1000);
    method.hanging[0]?.resolve('probe');
    await settle();
    expect([circuit.state, method.calls]).toEqual(['closed', 4]); // two more are under way, the last waits for one of them
    await clock.advance(1000);
    expect(method.calls).toBe(5);
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending', 'pending']);
  });
});
