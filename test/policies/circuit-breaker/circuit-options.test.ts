import { describe, expect, it } from 'vitest';
import { type CircuitBreakerOptions, CircuitControl } from '../../../src/policies/circuit-breaker/index.js';
import { protectForTest } from '../../../src/testing/index.js';

function use(options: unknown): void {
  protectForTest(async () => undefined, { circuitBreaker: options as CircuitBreakerOptions });
}

describe('the options of a circuit', () => {
  it.each([
    [{ failureThreshold: 0 }, '@CircuitBreaker: failureThreshold must be a whole number of at least 1, but got 0'],
    [{ failureThreshold: 1.5 }, '@CircuitBreaker: failureThreshold must be a whole number of at least 1, but got 1.5'],
    [{ failureRate: -0.1 }, '@CircuitBreaker: failureRate must be a rate above 0 and at most 1, but got -0.1'],
    [{ failureRate: 1.1 }, '@CircuitBreaker: failureRate must be a rate above 0 and at most 1, but got 1.1'],
    [{ failureRate: 50 }, '@CircuitBreaker: failureRate must be a rate above 0 and at most 1, but got 50'],
    [
      { window: 0 },
      "@CircuitBreaker: window must be a count of calls from 1 to 10000, or a duration with a unit of at least 10 ms, such as '60s', but got 0",
    ],
    [{ window: -1 }, "such as '60s', but got -1"],
    [{ window: 60_000 }, "such as '60s', but got 60000"],
    [{ window: '60000' }, "such as '60s', but got '60000'"],
    [{ window: '5ms' }, "such as '60s', but got '5ms'"],
    [{ minimumCalls: 0 }, '@CircuitBreaker: minimumCalls must be a whole number of at least 1, but got 0'],
    [{ slowRate: 2, slowCall: 1 }, '@CircuitBreaker: slowRate must be a rate above 0 and at most 1, but got 2'],
    [{ slowCall: '-1s' }, '@CircuitBreaker: slowCall must be a duration'],
    [
      { openFor: -1 },
      '@CircuitBreaker: openFor must be a duration of at least 1 ms, { initial, multiplier, max } with a multiplier of at least 1 and max not below initial, or a function, but got -1',
    ],
    [{ openFor: 0 }, 'or a function, but got 0'],
    [
      { openFor: { initial: 10, multiplier: 0.5, max: 20 } },
      'or a function, but got { initial: 10, multiplier: 0.5, max: 20 }',
    ],
    [
      { openFor: { initial: 10, multiplier: 2, max: 5 } },
      'or a function, but got { initial: 10, multiplier: 2, max: 5 }',
    ],
    [{ openFor: { initial: 10, multiplier: 2 } }, 'or a function, but got { initial: 10, multiplier: 2 }'],
    [{ openFor: { initial: 10, multiplier: 2, max: 20, jitter: 1 } }, 'or a function, but got'],
    [{ openFor: null }, 'or a function, but got null'],
    [{ probe: 'GET /health' }, "@CircuitBreaker: probe must be a function, but got 'GET /health'"],
    [{ probe: (): number => 1, probeEvery: 0 }, '@CircuitBreaker: probeEvery must be a duration of at least 1 ms'],
    [{ maxOpenKeys: 0 }, '@CircuitBreaker: maxOpenKeys must be a rate above 0 and at most 1, but got 0'],
    [{ maxOpenKeys: 10 }, '@CircuitBreaker: maxOpenKeys must be a rate above 0 and at most 1, but got 10'],
    [{ halfOpenCalls: 0 }, '@CircuitBreaker: halfOpenCalls must be a whole number from 1 to 10000, but got 0'],
    [{ successThreshold: 0 }, '@CircuitBreaker: successThreshold must be a whole number of at least 1, but got 0'],
    [{ halfOpenFor: 0 }, '@CircuitBreaker: halfOpenFor must be a duration of at least 1 ms'],
    [{ rateOver: 'all' }, "@CircuitBreaker: rateOver must be one of 'settled', 'started', but got 'all'"],
    [{ maxQueue: -1 }, '@CircuitBreaker: maxQueue must be a whole number of at least 0, but got -1'],
    [{ maxWait: '1' }, '@CircuitBreaker: maxWait must be a duration'],
    [
      { initialState: 'ajar' },
      "@CircuitBreaker: initialState must be one of 'closed', 'open', 'half-open', 'forced-open', 'disabled', 'metrics-only', but got 'ajar'",
    ],
    [{ control: {} }, '@CircuitBreaker: control must be a CircuitControl, but got {}'],
    [{ onStateChange: 'log' }, "@CircuitBreaker: onStateChange must be a function, but got 'log'"],
    [{ whenResult: true }, '@CircuitBreaker: whenResult must be a function, but got true'],
    [{ countRejections: 1 }, '@CircuitBreaker: countRejections must be true or false, but got 1'],
    [{ on: 42 }, '@CircuitBreaker: on must be an error class, a code, a predicate, or a list of them, but got 42'],
    [
      { name: '10/s' },
      "@CircuitBreaker: name must be a name: a letter, then letters, digits, _ . : or -, but got '10/s'",
    ],
    [{ threshold: 5 }, '@CircuitBreaker: threshold is no option; it takes name, scope, key'],
    [7, '@CircuitBreaker takes an object of options, but got 7'],
  ])('CF10 are checked one by one: %j', (options, message) => {
    expect(() => use(options)).toThrow(message);
  });

  it.each([
    [
      { failureThreshold: 6, window: 5 },
      'Service.method: @CircuitBreaker: failureThreshold must not be above the window (5 calls), but got 6',
    ],
    [
      { minimumCalls: 6, window: 5 },
      'Service.method: @CircuitBreaker: minimumCalls must not be above the window (5 calls), but got 6',
    ],
    [
      { halfOpenCalls: 2, successThreshold: 3 },
      'Service.method: @CircuitBreaker: successThreshold must not be above halfOpenCalls (2), but got 3',
    ],
    [
      { slowRate: 0.5 },
      'Service.method: @CircuitBreaker: slowRate needs slowCall: the time above which a call is slow',
    ],
    [
      { probeEvery: '1s' },
      'Service.method: @CircuitBreaker: probeEvery needs probe: what is to run so often while the circuit is open',
    ],
    [
      { probe: (): number => 1, probeEvery: '2s', openFor: '2s' },
      'Service.method: @CircuitBreaker: probeEvery must be below openFor (2000 ms), or probe never runs, but got 2000',
    ],
    [
      { probe: (): number => 1, openFor: { initial: '1s', multiplier: 2, max: '4s' } },
      'Service.method: @CircuitBreaker: probeEvery must be below openFor (4000 ms), or probe never runs, but got 5000',
    ],
    [
      { maxOpenKeys: 0.5 },
      "Service.method: @CircuitBreaker: maxOpenKeys needs key, or scope 'instance': nothing splits this circuit",
    ],
    [{ maxOpenKeys: 0.5, scope: 'class' }, "maxOpenKeys needs key, or scope 'instance'"],
  ])('CF10 are checked against each other: %j', (options, message) => {
    expect(() => use(options)).toThrow(message);
  });

  it.each([
    {},
    'github',
    { failureThreshold: 500, window: '1s' },
    { openFor: '1h', halfOpenFor: '1m' },
    { openFor: { initial: '1s', multiplier: 1, max: '1s' } },
    { probe: (): number => 1, openFor: { initial: '1s', multiplier: 2, max: '6s' } },
    { probe: (): number => 1, probeEvery: '1h', openFor: () => 1 },
    { maxOpenKeys: 1, key: () => 1 },
    { maxOpenKeys: 0.1, scope: 'instance' },
    { control: new CircuitControl(), maxWait: '2s', maxQueue: 0, enabled: true },
  ])('are taken where they make sense: %j', (options) => {
    expect(() => use(options)).not.toThrow();
  });

  it('leave the method alone where it is not enabled', async () => {
    const { call, runtime } = protectForTest(async () => 'ok', {
      circuitBreaker: { enabled: false, initialState: 'forced-open' },
    });
    expect(await call()).toBe('ok');
    expect([...runtime.circuits.entries()]).toEqual([]);
  });
});
