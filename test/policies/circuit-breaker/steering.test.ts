import { describe, expect, it } from 'vitest';
import { type CircuitBreakerOptions, CircuitControl } from '../../../src/policies/circuit-breaker/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { controlled, outcomes, rejection } from './controlled.js';

function circuitOver(options: CircuitBreakerOptions = {}) {
  const method = controlled();
  const over = protectForTest(method, { circuitBreaker: options });
  return { ...over, method, circuit: over.runtime.circuits.get('Service.method') };
}

describe('a circuit that is steered by hand', () => {
  it('CB31 refuses everything while it is forced open, however long, and promises nothing', async () => {
    const { call, clock, method, circuit } = circuitOver({ openFor: '5s' });
    circuit.forceOpen();
    await clock.advance(6000);
    const refusal = await rejection(call());
    expect(refusal).toMatchObject({ name: 'CircuitOpenError' });
    expect(refusal.retryAfter).toBeUndefined();
    expect(circuit.state).toBe('forced-open');
    circuit.reset();
    expect(await outcomes(1, call)).toEqual(['Boom']);
    expect(method.calls).toBe(1);
  });

  it('CB31 lets everything pass while it is disabled, and records nothing', async () => {
    const { call, method, circuit } = circuitOver({ failureThreshold: 1 });
    circuit.disable();
    expect(await outcomes(9, call)).toEqual(Array(9).fill('Boom'));
    method.does = 'succeed';
    await call();
    expect(circuit.state).toBe('disabled');
    expect(circuit.stats).toMatchObject({ calls: 0, failures: 0, inFlight: 0, healthy: true });
    expect(circuit.stats.lastFailure).toBeUndefined();
    expect(circuit.totals).toMatchObject({ successes: 0, failures: 0 });
  });

  it('CB31 only watches where it is told to: records, never opens, and tells once that it would have', async () => {
    const { call, method, circuit, events } = circuitOver({ failureThreshold: 3 });
    circuit.metricsOnly();
    expect(await outcomes(9, call)).toEqual(Array(9).fill('Boom'));
    method.does = 'succeed';
    await call();
    expect(circuit.state).toBe('metrics-only');
    expect(circuit.stats).toMatchObject({ calls: 10, failures: 9, successes: 1, failureRate: 0.9 });
    expect(events.of('circuit.thresholdReached')).toMatchObject([
      {
        site: 'Service.method',
        circuit: 'Service.method',
        reason: 'metrics_only',
        figures: { failures: 3, consecutiveFailures: 3 },
      },
    ]);
  });

  it('closes at once with an empty window when it is forced to, and is then as usual', async () => {
    const { call, circuit } = circuitOver({ failureThreshold: 2 });
    await outcomes(1, call);
    circuit.forceClosed();
    expect(circuit.stats).toMatchObject({ calls: 0, consecutiveFailures: 0 });
    await outcomes(2, call);
    expect(circuit.state).toBe('open');
    circuit.forceClosed();
    expect(circuit.state).toBe('closed');
    await outcomes(1, call);
    expect(circuit.state).toBe('closed');
    await outcomes(1, call);
    expect(circuit.state).toBe('open');
  });

  it('forgets the last failure, and the openings in a row, when it is reset', async () => {
    const { call, circuit } = circuitOver({ failureThreshold: 1, openFor: { initial: 10, multiplier: 10, max: 1000 } });
    await outcomes(1, call);
    circuit.reset();
    expect(circuit.stats.lastFailure).toBeUndefined();
    await outcomes(1, call);
    expect((await rejection(call())).retryAfter).toBe(10);
  });

  it('hears nothing of calls that it let through before', async () => {
    const { call, method, circuit } = circuitOver({ failureThreshold: 1 });
    method.does = 'hang';
    const before = call().catch(() => undefined);
    circuit.forceClosed();
    method.hanging[0]?.reject(new Boom('from before'));
    await before;
    expect(circuit.state).toBe('closed');
    expect(circuit.stats).toMatchObject({ calls: 0, inFlight: 0 });
  });

  it('may be steered by who is told of its moves', async () => {
    const { call, clock, circuit } = circuitOver({
      failureThreshold: 1,
      openFor: '1s',
      onStateChange: ({ to }) => {
        if (to === 'half-open') circuit.forceClosed();
      },
    });
    await outcomes(1, call);
    await clock.advance(1000);
    expect(await outcomes(1, call)).toEqual(['Boom']);
    expect(circuit.history.map(({ to }) => to)).toEqual(['open', 'half-open', 'closed', 'open']);
  });

  it('is not broken by a listener that throws', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const { call, circuit } = circuitOver({
      failureThreshold: 1,
      onStateChange: () => {
        throw new Error('broken listener');
      },
    });
    expect(await outcomes(2, call)).toEqual(['Boom', 'CircuitOpenError']);
    expect(circuit.state).toBe('open');
    expect((await warned).message).toContain('broken listener');
  });

  it.each(['closed', 'open', 'half-open', 'forced-open', 'disabled', 'metrics-only'] as const)(
    'begins %s where it should',
    (initialState) => {
      const { circuit } = circuitOver({ initialState });
      expect(circuit.state).toBe(initialState);
      expect(circuit.history).toEqual([]);
    },
  );

  it('that begins open is ready for a trial after its usual time', async () => {
    const { call, clock, circuit } = circuitOver({ initialState: 'open', openFor: '1s' });
    const refusal = await rejection(call());
    expect([refusal.retryAfter, refusal.cause]).toEqual([1000, undefined]);
    await clock.advance(1000);
    expect(circuit.state).toBe('half-open');
  });
});

describe('a control', () => {
  it('CB20 steers circuits that are made after it was told', async () => {
    const control = new CircuitControl();
    control.forceOpen();
    const both = [circuitOver({ control }), circuitOver({ control })];
    for (const { call } of both)
      expect(await rejection(call())).toMatchObject({ name: 'CircuitOpenError', retryAfter: undefined });
    control.reset();
    for (const { call } of both) expect(await outcomes(1, call)).toEqual(['Boom']);
  });

  it('steers all of them in every way', () => {
    const control = new CircuitControl();
    const circuits = [circuitOver({ control }).circuit, circuitOver({ control }).circuit];
    const states = () => circuits.map(({ state }) => state);
    control.disable();
    expect(states()).toEqual(['disabled', 'disabled']);
    control.metricsOnly();
    expect(states()).toEqual(['metrics-only', 'metrics-only']);
    control.forceOpen();
    expect(states()).toEqual(['forced-open', 'forced-open']);
    control.forceClosed();
    expect(states()).toEqual(['closed', 'closed']);
    expect(circuitOver({ control }).circuit.state).toBe('closed');
  });

  it('steers the circuits of keys, too', async () => {
    const control = new CircuitControl();
    const method = controlled('succeed');
    const { call } = protectForTest((tenant: unknown) => method(tenant), {
      circuitBreaker: { control, key: (tenant: unknown) => tenant },
    });
    await call('a');
    control.forceOpen();
    expect(await rejection(call('a'))).toMatchObject({ name: 'CircuitOpenError' });
    expect(await rejection(call('b'))).toMatchObject({ name: 'CircuitOpenError' });
  });
});

describe('an exported circuit', () => {
  it('is imported by another process as it was: open for the rest of its time', async () => {
    const before = circuitOver({ failureThreshold: 1, openFor: '10s' });
    await outcomes(1, before.call);
    await before.clock.advance(4000);
    const snapshot = JSON.parse(JSON.stringify(before.circuit.export()));
    expect(snapshot).toEqual({ state: 'open', openings: 1, until: before.clock.wallNow() + 6000 });

    const after = circuitOver({ failureThreshold: 1, openFor: '10s' });
    await after.clock.advance(5000); // the other process took a second to start
    after.circuit.import(snapshot);
    expect((await rejection(after.call())).retryAfter).toBe(5000);
    await after.clock.advance(5000);
    await outcomes(1, after.call);
    expect(after.circuit.export()).toMatchObject({ state: 'open', openings: 2 });
  });

  it('is ready for a trial when its time has passed meanwhile', async () => {
    const { call, clock, circuit, method } = circuitOver({ openFor: '10s' });
    circuit.import({ state: 'open', openings: 3, until: clock.wallNow() - 1 });
    method.does = 'hang';
    void call();
    await settle();
    expect(circuit.state).toBe('half-open');
    await clock.advance(9999); // and its place is held as long as it would have been open
    expect(circuit.state).toBe('half-open');
  });

  it.each(['closed', 'half-open', 'forced-open', 'disabled', 'metrics-only'] as const)('may be %s', (state) => {
    const { circuit } = circuitOver();
    circuit.import({ state, openings: 0, until: null });
    expect(circuit.export()).toEqual({ state, openings: state === 'half-open' ? 1 : 0, until: null });
  });

  it('may be open for good', async () => {
    const { circuit, clock } = circuitOver({ openFor: Number.POSITIVE_INFINITY, initialState: 'open' });
    const snapshot = circuit.export();
    expect(snapshot.until).toBeNull();
    const other = circuitOver();
    other.circuit.import(snapshot);
    await clock.advance(10 ** 9);
    expect(other.circuit.state).toBe('open');
  });

  it.each([
    [undefined, 'CircuitBreaker.import() takes what export() returned, but got undefined'],
    [
      { state: 'ajar', openings: 0, until: null },
      "CircuitBreaker.import(): state must be one of 'closed', 'open', 'half-open', 'forced-open', 'disabled', 'metrics-only', but got 'ajar'",
    ],
    [
      { state: 'open', openings: -1, until: null },
      'CircuitBreaker.import(): openings must be a whole number of at least 0, but got -1',
    ],
    [
      { state: 'open', openings: 1, until: 'soon' },
      "CircuitBreaker.import(): until must be milliseconds since 1970, or null, but got 'soon'",
    ],
  ])('is checked: %j', (snapshot, message) => {
    expect(() => circuitOver().circuit.import(snapshot as never)).toThrow(message);
  });
});

describe('execute', () => {
  it('runs a function behind the circuit, and counts how it came out', async () => {
    const { circuit } = circuitOver({ failureThreshold: 2 });
    expect(await circuit.execute(() => 'plain')).toBe('plain');
    expect(await circuit.execute(async () => 'async')).toBe('async');
    await expect(circuit.execute(() => Promise.reject(new Boom('rejects')))).rejects.toThrow('rejects');
    const throws = () => {
      throw new Boom('throws');
    };
    await expect(circuit.execute(throws)).rejects.toThrow('throws');
    await expect(circuit.execute(() => 'never run')).rejects.toMatchObject({
      name: 'CircuitOpenError',
      site: 'Service.method',
    });
    expect(circuit.totals).toMatchObject({ successes: 2, failures: 2, rejected: 1 });
  });

  it('is left by a caller at once, who says nothing about the callee', async () => {
    const { circuit } = circuitOver({ failureThreshold: 1 });
    const caller = new AbortController();
    const left = rejection(circuit.execute(() => new Promise(() => undefined), { signal: caller.signal }));
    await settle();
    const reason = new Error('left');
    caller.abort(reason);
    expect(await left).toBe(reason);
    expect(circuit.stats).toMatchObject({ ignored: 1, failures: 0 });
    let ran = false;
    const late = circuit.execute(
      () => {
        ran = true;
      },
      { signal: caller.signal },
    );
    expect(await rejection(late)).toBe(reason);
    expect(ran).toBe(false);
  });

  it('runs within the protected call around it, and ends with that', async () => {
    const { circuit, clock, runtime } = circuitOver({ failureThreshold: 1 });
    const around = protect(
      () => circuit.execute(() => new Promise(() => undefined)),
      { timeout: '1s' },
      { id: 'Service.around', runtime },
    );
    const call = rejection(around());
    await clock.advance(1000);
    expect(await call).toMatchObject({ name: 'TimeoutError', site: 'Service.around' });
    expect(circuit.stats).toMatchObject({ ignored: 1, failures: 0, inFlight: 0 });
  });

  it('is refused by a runtime that has been disposed', async () => {
    const { circuit, runtime } = circuitOver();
    await runtime.dispose();
    expect(await rejection(circuit.execute(() => 1))).toMatchObject({ name: 'RuntimeDisposedError' });
  });
});
