import { describe, expect, it } from 'vitest';
import { CircuitBreaker, Resilient } from '../../../decorators/index.js';
import type { CircuitBreakerOptions } from '../../../src/policies/circuit-breaker/index.js';
import type { GivenPolicies } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle, testRuntime } from '../../../src/testing/index.js';
import { controlled, outcomes, rejection } from './controlled.js';

const fourCalls = { window: 4, failureRate: 0.75, minimumCalls: 4 } as const;

function circuitOver(circuitBreaker: CircuitBreakerOptions, others: GivenPolicies = {}) {
  const method = controlled();
  const over = protectForTest(method, { ...others, circuitBreaker });
  return { ...over, method, circuit: over.runtime.circuits.get('Service.method') };
}

describe('a circuit', () => {
  it('CB4 that opened by failures opens again by one in a trial of three that must all succeed', async () => {
    const { call, clock, method, circuit } = circuitOver({
      ...fourCalls,
      openFor: 1000,
      halfOpenCalls: 3,
      successThreshold: 3,
    });
    await outcomes(4, call);
    await clock.advance(2000);
    method.does = 'succeed';
    await outcomes(2, call);
    method.does = 'fail';
    expect(await outcomes(2, call)).toEqual(['Boom', 'CircuitOpenError']);
    expect(method.calls).toBe(7);
    expect(circuit.history.map(({ to }) => to)).toEqual(['open', 'half-open', 'open']);
  });

  it('CB8 of the class gives way, option by option, to what its method says', async () => {
    let ran = 0;
    @Resilient({ circuitBreaker: fourCalls })
    class Service {
      @CircuitBreaker({ window: 2, failureRate: 1, minimumCalls: 2 })
      async own(): Promise<void> {
        ran++;
        throw new Boom('own');
      }
      @Resilient()
      async other(): Promise<void> {
        throw new Boom('other');
      }
    }
    const service = new Service();
    testRuntime().runtime.bind(service);
    expect(await outcomes(7, () => service.own())).toEqual([
      ...Array(2).fill('Boom'),
      ...Array(5).fill('CircuitOpenError'),
    ]);
    expect(ran).toBe(2);
    expect(await outcomes(5, () => service.other())).toEqual([...Array(4).fill('Boom'), 'CircuitOpenError']);
  });

  it('CB27 stays open as long as a function of the openings in a row says', async () => {
    const { call, clock, circuit, method } = circuitOver({
      failureThreshold: 1,
      openFor: ({ openings }) => 5000 * 1.5 ** (openings - 1),
    });
    await outcomes(1, call);
    await clock.advance(5000);
    await outcomes(1, call);
    expect(circuit.state).toBe('open');
    await clock.advance(6000);
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    await clock.advance(5000);
    method.does = 'succeed';
    expect(await outcomes(1, call)).toEqual(['ok']);
    expect(circuit.state).toBe('closed');
  });

  it('CB42 keeps exact counts of ten workers with ten thousand calls each', async () => {
    class Excluded extends Error {}
    const { call, method, circuit } = circuitOver({ ignore: Excluded });
    method.does = () => {
      if (method.calls % 2 === 0) throw new Excluded();
      return 'ok';
    };
    await Promise.all(Array.from({ length: 10 }, () => outcomes(10_000, call)));
    expect(circuit.totals).toMatchObject({ successes: 50_000, failures: 0, ignored: 50_000 });
    expect(circuit.stats.inFlight).toBe(0);
  });

  it('does not count calls that join another', async () => {
    const { call, method, circuit } = circuitOver({ failureThreshold: 2 }, { dedup: {} });
    method.does = 'hang';
    const joined = Array.from({ length: 5 }, () => rejection(call()));
    await settle();
    const boom = new Boom('one for all');
    method.hanging[0]?.reject(boom);
    expect(await Promise.all(joined)).toEqual(Array(5).fill(boom));
    expect(circuit.stats).toMatchObject({ calls: 1, failures: 1, ignored: 0 });
    expect(circuit.state).toBe('closed');
  });

  it('compares slow calls with those in flight too, where its rates are over calls started', async () => {
    const states: Record<string, string> = {};
    for (const rateOver of ['settled', 'started'] as const) {
      const rules = { slowRate: 0.5, slowCall: 100, minimumCalls: 2, failureThreshold: 100, rateOver };
      const { call, clock, method, circuit } = circuitOver(rules);
      method.does = 'hang';
      const calls = Array.from({ length: 6 }, () => call());
      await clock.advance(101);
      for (const { resolve } of method.hanging.slice(0, 2)) resolve();
      await Promise.all(calls.slice(0, 2));
      states[rateOver] = circuit.state;
    }
    expect(states).toEqual({ settled: 'open', started: 'closed' });
  });
});
