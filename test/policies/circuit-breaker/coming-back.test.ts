import { describe, expect, it } from 'vitest';
import type { CircuitBreakerOptions, Opening } from '../../../src/policies/circuit-breaker/index.js';
import { protect, Runtime } from '../../../src/runtime/index.js';
import { Boom, ManualClock, protectForTest } from '../../../src/testing/index.js';
import { controlled, outcomes, rejection } from './controlled.js';

/** A circuit that is open for as long as it is told, and what its function was told. */
function obedient(options: CircuitBreakerOptions = {}) {
  const seen: Opening[] = [];
  const method = controlled();
  const openFor = (opening: Opening) => {
    seen.push(opening);
    return opening.retryAfter ?? 30_000;
  };
  const over = protectForTest(method, { circuitBreaker: { failureThreshold: 1, openFor, ...options } });
  const failWith = (facts: object) => {
    method.does = () => Promise.reject(Object.assign(new Boom('busy'), facts));
    return outcomes(1, over.call);
  };
  return { ...over, method, seen, failWith, circuit: over.runtime.circuits.get('Service.method') };
}

describe('a circuit whose open time is a function', () => {
  it('hands it the name, the openings, the error, and when that says to come back', async () => {
    const { call, failWith, seen } = obedient();
    await failWith({ retryAfter: 1234 });
    expect(seen).toEqual([{ name: 'Service.method', openings: 1, error: expect.any(Boom), retryAfter: 1234 }]);
    expect((await rejection(call())).retryAfter).toBe(1234);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9000],
    ['a date that has passed', 'Wed, 31 Dec 2025 23:59:59 GMT', 0],
    ['no time at all', 'soon', undefined],
  ])('reads Retry-After from an HTTP answer: %s', async (_how, value, retryAfter) => {
    const { failWith, seen } = obedient();
    await failWith({ response: { headers: { 'retry-after': value } } });
    expect(seen).toMatchObject([{ retryAfter }]);
  });

  it('reads it from a result that is a failure, too', async () => {
    const { call, method, seen } = obedient({ whenResult: ({ status }: { status: number }) => status === 503 });
    method.does = () => new Response(null, { status: 503, headers: { 'Retry-After': '3' } });
    await outcomes(1, call);
    expect(seen).toMatchObject([{ error: undefined, retryAfter: 3000 }]);
    expect((await rejection(call())).retryAfter).toBe(3000);
  });

  it('counts from the failure, where a later success opens it', async () => {
    const byRate = { failureRate: 0.5, minimumCalls: 2, failureThreshold: 4, window: 4 };
    const { call, clock, method, failWith, seen } = obedient(byRate);
    await failWith({ retryAfter: 5000 });
    await clock.advance(1000);
    method.does = 'succeed';
    await call();
    expect(seen).toMatchObject([{ retryAfter: 4000 }]);
  });

  it('forgets what the error said when that time has passed, or the circuit is reset', async () => {
    const { call, clock, method, failWith, seen, circuit } = obedient({ halfOpenFor: '1s' });
    await failWith({ retryAfter: 5000 });
    await clock.advance(5000);
    method.does = 'hang';
    void call();
    await clock.advance(1000);
    expect(circuit.state).toBe('open'); // the trial has failed, and nobody said anything new
    expect(seen.map(({ retryAfter }) => retryAfter)).toEqual([5000, undefined]);

    await clock.advance(30_000);
    circuit.reset();
    await failWith({ retryAfter: 70_000 });
    circuit.reset();
    circuit.import({ state: 'half-open', openings: 1, until: null });
    method.does = 'hang';
    void call();
    await clock.advance(1000);
    expect(circuit.state).toBe('open');
    expect(seen.at(-1)).toEqual({ name: 'Service.method', openings: 2, error: undefined, retryAfter: undefined });
  });

  it('comes back as good as at once where the callee says so', async () => {
    const { call, failWith } = obedient();
    await failWith({ retryAfter: 0 });
    expect((await rejection(call())).retryAfter).toBe(1);
  });

  it('does so by a clock that runs on, too', async () => {
    // The failure and the opening each read the clock: what was due at once had then passed already.
    class Running extends ManualClock {
      override now(): number {
        this.skip(0.01);
        return super.now();
      }
    }
    const seen: Opening[] = [];
    const openFor = (opening: Opening) => {
      seen.push(opening);
      return 1000;
    };
    const method = () => Promise.reject(Object.assign(new Boom('busy'), { retryAfter: 0 }));
    const runtime = new Runtime({ clock: new Running() });
    const call = protect(
      method,
      { circuitBreaker: { failureThreshold: 1, openFor } },
      { id: 'Service.method', runtime },
    );
    await outcomes(1, call);
    expect(seen).toMatchObject([{ retryAfter: 0 }]);
  });

  it('is not broken by an error that cannot be read', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const { failWith, seen, circuit } = obedient();
    const headers = {
      get() {
        throw new Error('no headers here');
      },
    };
    expect(await failWith({ headers })).toEqual(['Boom']);
    expect(circuit.state).toBe('open');
    expect(seen).toMatchObject([{ retryAfter: undefined }]);
    expect((await warned).message).toContain('no headers here');
  });

  it('is the only one that reads errors: nobody else pays for it', async () => {
    let read = 0;
    const error = Object.defineProperty(new Boom('x'), 'retryAfter', { get: () => ++read });
    const { call } = protectForTest(() => Promise.reject(error), { circuitBreaker: { failureThreshold: 1 } });
    await outcomes(2, call);
    expect(read).toBe(0);
  });
});
