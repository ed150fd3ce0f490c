import { describe, expect, it } from 'vitest';
import type { CircuitBreakerOptions } from '../../../src/policies/circuit-breaker/index.js';
import { fewestSuccesses } from '../../../src/policies/circuit-breaker/trial.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { controlled, outcomes, rejection } from './controlled.js';

/** A circuit at the start of its trial. */
function halfOpen(options: CircuitBreakerOptions) {
  const method = controlled('hang');
  const over = protectForTest(method, {
    circuitBreaker: { failureThreshold: 1, openFor: '1s', initialState: 'half-open', ...options },
  });
  return { ...over, method, circuit: over.runtime.circuits.get('Service.method') };
}

describe('a trial', () => {
  it('CB4 of three calls that must all succeed ends with the first failure', async () => {
    const { call, method, circuit } = halfOpen({ halfOpenCalls: 3, successThreshold: 3 });
    method.does = 'succeed';
    await outcomes(2, call);
    expect(circuit.state).toBe('half-open');
    method.does = 'fail';
    expect(await outcomes(2, call)).toEqual(['Boom', 'CircuitOpenError']);
    expect(method.calls).toBe(3);
  });

  it('CB18 refuses the second call of a trial of one, and says when the place is free at the latest', async () => {
    const { call, clock, method } = halfOpen({ halfOpenFor: '4s' });
    void call();
    await clock.advance(1500);
    expect(await rejection(call())).toMatchObject({ name: 'CircuitOpenError', retryAfter: 2500 });
    expect(method.calls).toBe(1);
  });

  it('CB28 counts calls in flight, and gives back the place of a call that says nothing', async () => {
    const { call, method } = halfOpen({ halfOpenCalls: 4, ignore: Boom });
    const calls = Array.from({ length: 6 }, () => watch(call()));
    await settle();
    expect(calls.map(({ state }) => state)).toEqual([
      'pending',
      'pending',
      'pending',
      'pending',
      'rejected',
      'rejected',
    ]);
    method.hanging[0]?.reject(new Boom('ignored'));
    await settle();
    const again = watch(call());
    await settle();
    expect(again.state).toBe('pending');
    expect(method.calls).toBe(5);
  });

  it('CB30 goes on after calls that say nothing, and closes with successes', async () => {
    const { call, method, circuit } = halfOpen({ halfOpenCalls: 4, ignore: Boom });
    method.does = 'fail';
    await outcomes(4, call);
    expect(circuit.state).toBe('half-open');
    expect(circuit.stats).toMatchObject({ calls: 0, successes: 0, failures: 0, ignored: 4, inFlight: 0 });
    method.does = 'succeed';
    await outcomes(4, call);
    expect(circuit.state).toBe('closed');
  });

  it('CB38 counts settled calls and calls in flight together', async () => {
    const { call, method, circuit } = halfOpen({ halfOpenCalls: 3 });
    method.does = 'succeed';
    await outcomes(2, call);
    method.does = 'hang';
    const third = call();
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    method.hanging[0]?.resolve('ok');
    await third;
    expect(circuit.state).toBe('closed');
    expect(circuit.stats).toMatchObject({ calls: 0, consecutiveFailures: 0 });
  });

  it('CB46 refuses everything beyond its size', async () => {
    const { call } = halfOpen({ halfOpenCalls: 3 });
    for (let turn = 0; turn < 3; turn++) void call();
    expect(await outcomes(5, call)).toEqual(Array(5).fill('CircuitOpenError'));
  });

  it('CB47 gives back the place of a caller who leaves, and does not close for it', async () => {
    const method = controlled('hang');
    const { call, runtime } = protectForTest((_signal: AbortSignal): Promise<unknown> => method(), {
      circuitBreaker: { openFor: '1s', initialState: 'half-open' },
    });
    const caller = new AbortController();
    const left = watch(call(caller.signal));
    await settle();
    caller.abort('left');
    await settle();
    expect(left.error).toBe('left');
    const circuit = runtime.circuits.get('Service.method');
    expect(circuit.state).toBe('half-open');
    expect(circuit.stats).toMatchObject({ ignored: 1, calls: 0, inFlight: 0 });
    method.does = 'succeed';
    await call(new AbortController().signal);
    expect(circuit.state).toBe('closed');
  });

  it('ends as soon as it is certain: enough successes close it with calls still in flight', async () => {
    const { call, method, circuit } = halfOpen({ halfOpenCalls: 5, successThreshold: 2 });
    for (let turn = 0; turn < 5; turn++) call().catch(() => undefined);
    await settle();
    method.hanging[3]?.resolve();
    method.hanging[1]?.reject(new Boom('one of five may fail'));
    await settle();
    expect(circuit.state).toBe('half-open');
    method.hanging[4]?.resolve();
    await settle();
    expect(circuit.state).toBe('closed');
    method.hanging[0]?.reject(new Boom('too late'));
    await settle();
    expect(circuit.stats.failures).toBe(0);
  });

  it('ends as soon as it is certain: more failures than it can bear open it', async () => {
    const { call, method, circuit } = halfOpen({ halfOpenCalls: 5, successThreshold: 3 });
    for (let turn = 0; turn < 5; turn++) call().catch(() => undefined);
    await settle();
    for (const { reject } of method.hanging.slice(0, 2)) reject(new Boom('down'));
    await settle();
    expect(circuit.state).toBe('half-open');
    method.hanging[2]?.reject(new Boom('down'));
    await settle();
    expect(circuit.state).toBe('open');
  });

  it.each([
    [1, 0.5, 1],
    [4, 0.5, 3],
    [10, 0.3, 8],
    [10, 1, 1],
    [3, 1 / 3, 3],
    [100, 0.01, 100],
  ])('of %d calls needs, with a failure rate of %d, the %d successes that keep it below', (calls, rate, successes) => {
    expect(fewestSuccesses(calls, rate)).toBe(successes);
  });

  it('takes the fewest successes below the failure rate, where nothing else is said', async () => {
    const { call, method, circuit } = halfOpen({ failureRate: 0.5, halfOpenCalls: 4 });
    method.does = 'fail';
    await outcomes(1, call);
    method.does = 'succeed';
    await outcomes(2, call);
    expect(circuit.state).toBe('half-open');
    await outcomes(1, call);
    expect(circuit.state).toBe('closed');
  });

  it('waits as long as it takes while nothing is in flight', async () => {
    const { call, clock, method, circuit } = halfOpen({});
    await clock.advance(3_600_000);
    expect(circuit.state).toBe('half-open');
    method.does = 'succeed';
    await call();
    expect(circuit.state).toBe('closed');
  });
});

describe('a place in a trial whose call never settles', () => {
  it('counts as failed after halfOpenFor, by default as long as the circuit was open', async () => {
    const { call, clock, circuit } = halfOpen({ halfOpenFor: '4s', openFor: '1s' });
    void call();
    await clock.advance(3999);
    expect(circuit.state).toBe('half-open');
    await clock.advance(1);
    expect(circuit.state).toBe('open');

    const usual = halfOpen({ openFor: '7s' });
    void usual.call();
    await usual.clock.advance(6999);
    expect(usual.circuit.state).toBe('half-open');
    await usual.clock.advance(1);
    expect(usual.circuit.state).toBe('open');
  });

  it('is as late as it is noticed: hours later the circuit is ready for the next trial', async () => {
    const { call, clock, method, circuit } = halfOpen({ halfOpenFor: '4s', openFor: '1s' });
    void call();
    await clock.advance(3_600_000);
    method.does = 'succeed';
    expect(await call()).toBe('ok');
    expect(circuit.history).toMatchObject([
      { from: 'half-open', to: 'open', at: 5000 },
      { from: 'open', to: 'half-open', at: 6000 },
      { from: 'half-open', to: 'closed', at: 3_601_000 },
    ]);
  });

  it('says nothing when it settles after all', async () => {
    const { call, clock, method, circuit } = halfOpen({ halfOpenCalls: 2, successThreshold: 1, halfOpenFor: '4s' });
    const hung = call();
    await clock.advance(4000);
    expect(circuit.state).toBe('half-open');
    expect(circuit.stats).toMatchObject({ failures: 1, inFlight: 0 });
    method.hanging[0]?.resolve('late');
    expect(await hung).toBe('late');
    expect(circuit.state).toBe('half-open');
    expect(circuit.totals.successes).toBe(1);
  });

  it('takes several at a time, and opens when the one that decides runs out', async () => {
    const { call, clock, circuit } = halfOpen({ halfOpenCalls: 3, successThreshold: 2, halfOpenFor: '4s' });
    void call();
    await clock.advance(1000);
    void call();
    await clock.advance(1000);
    void call();
    await clock.advance(60_000);
    expect(circuit.history[0]).toMatchObject({ to: 'open', at: 6000, figures: { failures: 2, inFlight: 1 } });
  });

  it('has no lease where the circuit would stay open for good', async () => {
    const { call, clock, circuit } = halfOpen({ openFor: Number.POSITIVE_INFINITY });
    void call();
    await clock.advance(10 ** 9);
    expect(circuit.state).toBe('half-open');
    expect((await rejection(call())).retryAfter).toBeUndefined();
  });
});
