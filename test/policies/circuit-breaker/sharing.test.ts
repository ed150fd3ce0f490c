import { describe, expect, it } from 'vitest';
import {
  type CircuitBreakerOptions,
  CircuitBreakerRegistry,
  CircuitControl,
  type CircuitOptions,
} from '../../../src/policies/circuit-breaker/index.js';
import { protect } from '../../../src/runtime/index.js';
import { protectForTest, settle, testRuntime } from '../../../src/testing/index.js';
import { controlled, outcomes, rejection } from './controlled.js';

/** Several protected methods in one runtime. */
function methods(...uses: readonly (CircuitBreakerOptions | string)[]) {
  const { runtime, clock } = testRuntime();
  const all = uses.map((circuitBreaker, index) => {
    const method = controlled();
    return { method, call: protect(method, { circuitBreaker }, { id: `Service.m${index + 1}`, runtime }) };
  });
  return { runtime, clock, all };
}

describe('circuits by name', () => {
  it('are shared by everyone who uses the name, and each judges by its own rules', async () => {
    const { runtime, all } = methods(
      { name: 'github', failureThreshold: 2 },
      { name: 'github', whenResult: (result: unknown) => result === 'bad' },
      'github',
    );
    const [first, second, third] = all;
    await outcomes(1, first!.call);
    second!.method.does = () => 'bad';
    await outcomes(1, second!.call);
    expect(await rejection(third!.call())).toMatchObject({ site: 'Service.m3', circuit: 'github' });
    expect([...runtime.circuits.entries()].map(([name]) => name)).toEqual(['github']);
  });

  it('take the options of the first use that gives some, also after a use without', async () => {
    const { all } = methods('github', { name: 'github', failureThreshold: 2 });
    expect(await outcomes(3, all[0]!.call)).toEqual(['Boom', 'Boom', 'CircuitOpenError']);
  });

  it('are in error when a second use says something else', () => {
    expect(() => methods({ name: 'github', openFor: '1s' }, { name: 'github', openFor: '2s' })).toThrow(
      "Service.m2: @CircuitBreaker: openFor of 'github' is already set by Service.m1: two uses of a name must agree, but got { 'Service.m1': 1000, 'Service.m2': 2000 }",
    );
    expect(() => methods({ name: 'github', openFor: '1s' }, { name: 'github', openFor: 1000 })).not.toThrow();
  });

  it('are made with defaults when somebody asks, and with options by register', async () => {
    const { runtime } = testRuntime();
    expect(runtime.circuits).toBeInstanceOf(CircuitBreakerRegistry);
    expect(runtime.circuits.find('github')).toBeUndefined();
    const circuit = runtime.circuits.get('github');
    expect(runtime.circuits.register('github', { failureThreshold: 1, initialState: 'metrics-only' })).toBe(circuit);
    expect(circuit.state).toBe('metrics-only');
    expect(circuit.summary).toBe('opens after 1 failures in a row, for 30000 ms');
  });

  it.each([
    [
      { failureThreshold: 0 },
      'github: @CircuitBreaker: failureThreshold must be a whole number of at least 1, but got 0',
    ],
    [{ on: Error }, 'github: @CircuitBreaker: on is no option; it takes failureThreshold, failureRate'],
    [
      { window: 3, minimumCalls: 4 },
      'github: @CircuitBreaker: minimumCalls must not be above the window (3 calls), but got 4',
    ],
  ])('are checked when they are registered: %j', (options, message) => {
    expect(() => testRuntime().runtime.circuits.register('github', options as CircuitOptions)).toThrow(message);
  });

  it('in use keep their state when they get other options, and begin recording anew', async () => {
    const { runtime, all } = methods('github');
    const circuit = runtime.circuits.get('github');
    await outcomes(4, all[0]!.call);
    runtime.circuits.register('github', { failureThreshold: 2, initialState: 'forced-open' });
    expect(circuit.state).toBe('closed');
    expect(circuit.stats.failures).toBe(0);
    expect(await outcomes(3, all[0]!.call)).toEqual(['Boom', 'Boom', 'CircuitOpenError']);
    expect(circuit.history).toHaveLength(1);
  });

  it('obey the control that a later use brings', async () => {
    const control = new CircuitControl();
    control.forceOpen();
    const { runtime } = testRuntime();
    const circuit = runtime.circuits.get('github');
    runtime.circuits.register('github', { control });
    expect(circuit.state).toBe('forced-open');
    control.reset();
    expect(circuit.state).toBe('closed');
  });

  it('that are open stay so when they get other options, which hold from the next trial on', async () => {
    const { runtime, clock, all } = methods('github');
    const circuit = runtime.circuits.get('github');
    await outcomes(5, all[0]!.call);
    runtime.circuits.register('github', { halfOpenCalls: 2, openFor: '1s' });
    expect((await rejection(all[0]!.call())).retryAfter).toBe(30_000);
    await clock.advance(30_000);
    all[0]!.method.does = 'succeed';
    await outcomes(1, all[0]!.call);
    expect(circuit.state).toBe('half-open');
    await outcomes(1, all[0]!.call);
    expect(circuit.state).toBe('closed');
  });

  it('without one are those of a method, in one runtime', async () => {
    const { runtime, all } = methods({ failureThreshold: 1 }, { failureThreshold: 1 });
    await outcomes(1, all[0]!.call);
    expect(await outcomes(1, all[1]!.call)).toEqual(['Boom']);
    expect(Object.keys(runtime.circuits.stats())).toEqual(['Service.m1', 'Service.m2']);
    expect(methods({}).runtime.circuits.get('Service.m1').state).toBe('closed');
  });
});

describe('circuits by key', () => {
  const byTenant = { failureThreshold: 1, key: (tenant: unknown) => tenant } as const;

  it('reject the call whose key function throws, and leave no timer behind', async () => {
    // The key was read outside of a try: the step threw instead of rejecting,
    // and a total timeout around it stayed armed.
    const key = () => {
      throw new TypeError('no tenant');
    };
    const { call, clock } = protectForTest(async () => 1, { circuitBreaker: { key }, timeout: { total: '1s' } });
    await expect(call()).rejects.toThrow('no tenant');
    expect(clock.pending).toBe(0);
  });

  it('open for one key, and not for others', async () => {
    const { all } = methods(byTenant);
    const [{ call, method }] = all as [(typeof all)[number]];
    expect(await outcomes(2, () => call('a'))).toEqual(['Boom', 'CircuitOpenError']);
    method.does = 'succeed';
    expect(await outcomes(1, () => call('b'))).toEqual(['ok']);
    expect(await outcomes(1, () => call('a'))).toEqual(['CircuitOpenError']);
  });

  it('are bounded: the longest unused goes, but none that is open, or has calls under way', async () => {
    const { all, runtime, clock } = methods({ ...byTenant, maxKeys: 2, openFor: '1s' });
    const [{ call, method }] = all as [(typeof all)[number]];
    const keys = () => [...runtime.circuits.keyed('Service.m1')!.entries()].map(([key]) => key).sort();
    await outcomes(1, () => call('open'));
    method.does = 'hang';
    void call('busy');
    await settle();
    method.does = 'succeed';
    await call('one too many');
    expect(keys()).toEqual(['busy', 'open']);
    expect(await outcomes(1, () => call('open'))).toEqual(['CircuitOpenError']);

    await clock.advance(1000); // due for a trial: from now on it may go
    await call('next');
    expect(keys()).toEqual(['busy', 'next']);
    method.hanging[0]?.resolve();
    await settle();
    await call('another');
    expect(keys()).toEqual(['another', 'next']);
  });

  it('do not keep one that a trial left hanging', async () => {
    const { all, runtime, clock } = methods({ ...byTenant, maxKeys: 1, openFor: '1s' });
    const [{ call, method }] = all as [(typeof all)[number]];
    await outcomes(1, () => call('a'));
    await clock.advance(1000);
    method.does = 'hang';
    void call('a');
    await clock.advance(10_000);
    method.does = 'succeed';
    await call('b');
    expect([...runtime.circuits.keyed('Service.m1')!.entries()].map(([key]) => key)).toEqual(['b']);
  });

  it('keep what somebody has said of them', async () => {
    const { all, runtime } = methods({ ...byTenant, maxKeys: 1 });
    const [{ call, method }] = all as [(typeof all)[number]];
    method.does = 'succeed';
    await call('a');
    for (const [, circuit] of runtime.circuits.keyed('Service.m1')!.entries()) circuit.forceOpen();
    await call('b');
    expect(await outcomes(1, () => call('a'))).toEqual(['CircuitOpenError']);
  });
});
