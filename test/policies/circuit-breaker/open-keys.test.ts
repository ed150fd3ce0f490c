import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CircuitBreakerOptions } from '../../../src/policies/circuit-breaker/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { controlled, outcomes } from './controlled.js';

/** Circuits of many keys, each called once, that open at the first failure. */
async function keyed(keys: number, options: CircuitBreakerOptions) {
  const method = controlled('succeed');
  const given: CircuitBreakerOptions = { key: (key: unknown) => key, failureThreshold: 1, openFor: '10s', ...options };
  const over = protectForTest(method, { circuitBreaker: given });
  const { call } = over;
  for (let key = 0; key < keys; key++) await call(key);

  const family = () => over.runtime.circuits.keyed('Service.method')!;
  const of = (key: number | string) => [...family().entries()].find(([each]) => each === key)![1];
  const open = () => [...family().entries()].flatMap(([key, { state }]) => (state === 'open' ? [key] : [])).sort();
  const as = async (does: typeof method.does, key: unknown, times = 1) => {
    method.does = does;
    return outcomes(times, () => call(key));
  };
  return { ...over, method, family, of, open, fail: (key: unknown, times = 1) => as('fail', key, times), as };
}

describe('a share of keys that may be open', () => {
  it('is not exceeded: further circuits stay closed, and say so once', async () => {
    const { fail, open, of, events } = await keyed(10, { maxOpenKeys: 0.2 });
    for (const key of [0, 1, 2, 3]) await fail(key);
    expect(open()).toEqual([0, 1]);
    expect(await fail(2, 5)).toEqual(Array(5).fill('Boom'));
    expect(of(2).stats).toMatchObject({ consecutiveFailures: 6, healthy: true });
    expect(events.of('circuit.thresholdReached')).toMatchObject([
      { circuit: 'Service.method', reason: 'max_open_keys', figures: { failures: 1 } },
      { circuit: 'Service.method', reason: 'max_open_keys', figures: { failures: 1 } },
    ]);
  });

  it('lets a circuit that was held back open with its next failure, once there is room', async () => {
    const { fail, open, of } = await keyed(10, { maxOpenKeys: 0.1 });
    await fail(0);
    await fail(1);
    expect(open()).toEqual([0]);
    of(0).reset();
    expect(open()).toEqual([]);
    await fail(1);
    expect(open()).toEqual([1]);
  });

  it.each([
    [1, 0.1, 1],
    [3, 0.1, 1],
    [4, 0.5, 2],
    [5, 0.5, 2],
    [10, 0.3, 3],
    [100, 0.29, 29],
    [4, 1, 4],
  ])('of %d keys and %d is %d, and never less than one', async (keys, maxOpenKeys, most) => {
    const { fail, open } = await keyed(keys, { maxOpenKeys });
    for (let key = 0; key < keys; key++) await fail(key);
    expect(open()).toHaveLength(most);
  });

  it('grows with the keys', async () => {
    const { fail, open, call, method } = await keyed(2, { maxOpenKeys: 0.5 });
    await fail(0);
    await fail(1);
    expect(open()).toEqual([0]);
    method.does = 'succeed';
    for (const key of [2, 3]) await call(key);
    await fail(1);
    expect(open()).toEqual([0, 1]);
  });

  it('is kept by a trial with calls under way, and by its circuit when that fails', async () => {
    const { fail, open, as, clock, method, of } = await keyed(4, { maxOpenKeys: 0.25 });
    await fail(0);
    await clock.advance(10_000);
    void as('hang', 0);
    await settle();
    expect(of(0).state).toBe('half-open');
    await fail(1);
    expect(open()).toEqual([]);
    method.hanging[0]?.reject(new Boom('still down'));
    await settle();
    expect(open()).toEqual([0]);
  });

  it('is kept by its circuit when a trial fails with other calls under way', async () => {
    const { fail, open, as, clock, of, method } = await keyed(4, { maxOpenKeys: 0.25, halfOpenCalls: 2 });
    await fail(0);
    await clock.advance(10_000);
    void as('hang', 0);
    await fail(0);
    expect(of(0).history.map(({ to }) => to)).toEqual(['open', 'half-open', 'open']);
    expect(open()).toEqual([0]);
    expect(method.hanging).toHaveLength(1);
  });

  it('is not kept by a circuit that is due for a trial for which nobody comes', async () => {
    const { fail, open, clock } = await keyed(4, { maxOpenKeys: 0.25 });
    await fail(0);
    await clock.advance(9999);
    await fail(1);
    expect(open()).toEqual([0]);
    await clock.advance(1);
    await fail(1);
    expect(open()).toEqual([1]);
  });

  it('closes a circuit whose trial fails when others have taken its place meanwhile', async () => {
    const { fail, open, clock, of, events } = await keyed(4, { maxOpenKeys: 0.25 });
    await fail(0);
    await clock.advance(10_000);
    await fail(1);
    expect(await fail(0)).toEqual(['Boom']);
    expect(open()).toEqual([1]);
    expect(of(0).history.map(({ to }) => to)).toEqual(['open', 'half-open', 'closed']);
    expect(events.of('circuit.thresholdReached')).toMatchObject([
      { reason: 'max_open_keys', figures: { calls: 1, failures: 1 } },
    ]);
  });

  it('leaves the last word to whoever is told of that', async () => {
    const { fail, clock, of, runtime } = await keyed(4, { maxOpenKeys: 0.25 });
    runtime.events.on('circuit.thresholdReached', () => of(0).forceOpen());
    await fail(0);
    await clock.advance(10_000);
    runtime.events.on(
      'circuit.moved',
      ({ to }) => to === 'half-open' && of(1).import({ state: 'open', openings: 1, until: null }),
    );
    await fail(0);
    expect(of(0).state).toBe('forced-open');
  });

  it('closes a circuit whose trial runs out of time as well', async () => {
    const { fail, open, as, clock, of } = await keyed(4, { maxOpenKeys: 0.25, halfOpenFor: '1s' });
    await fail(0);
    await clock.advance(10_000);
    void as('hang', 0);
    await clock.advance(1000);
    await fail(1); // the place in the trial is due to be lost
    expect(open()).toEqual([1]);
    expect(
      of(0)
        .history.map(({ to, at }) => [to, at])
        .slice(1),
    ).toEqual([
      ['half-open', 11_000],
      ['closed', 12_000],
    ]);
  });

  it('counts neither what somebody forced open nor what was never split', async () => {
    const { fail, open, of, runtime } = await keyed(4, { maxOpenKeys: 0.25 });
    of(3).forceOpen();
    await fail(undefined);
    expect(runtime.circuits.get('Service.method').state).toBe('open');
    await fail(0);
    expect(open()).toEqual([0]);
    await fail(undefined);
    expect(runtime.circuits.get('Service.method').state).toBe('open');
  });

  it('counts circuits that began open, or were imported so, but does not close them', async () => {
    const { fail, open, of } = await keyed(4, { maxOpenKeys: 0.25 });
    for (const key of [0, 1]) of(key).import({ state: 'open', openings: 1, until: null });
    expect(open()).toEqual([0, 1]);
    await fail(2);
    expect(open()).toEqual([0, 1]);
    of(0).reset();
    await fail(2);
    expect(open()).toEqual([1]);
    of(1).disable();
    await fail(2);
    expect(open()).toEqual([2]);
  });

  it('counts the circuit that keys share for which there is no room as one more', async () => {
    const { fail, family, of } = await keyed(2, { maxOpenKeys: 0.67, maxKeys: 2 });
    for (const key of [0, 1]) of(key).import({ state: 'forced-open', openings: 0, until: null }); // busy: neither goes
    await fail('a');
    const { overflow } = family();
    expect(overflow?.state).toBe('open');
    of(0).reset();
    await fail(0);
    expect(of(0).state).toBe('open'); // two of three may be, though only one of two
    of(1).reset();
    await fail(1);
    expect(of(1).state).toBe('closed');
  });

  it('counts circuits of which each begins open', async () => {
    const { fail, open, of } = await keyed(0, { maxOpenKeys: 0.5, initialState: 'open' });
    for (const key of [0, 1, 2, 3]) await fail(key);
    expect(open()).toEqual([0, 1, 2, 3]);
    of(0).reset();
    await fail(0);
    expect(open()).toEqual([1, 2, 3]);
  });

  it('is asked for by instances, too', async () => {
    const method = controlled();
    const { runtime, call } = protectForTest(method, {
      circuitBreaker: { scope: 'instance', failureThreshold: 1, maxOpenKeys: 0.5 },
    });
    const instances = [{}, {}, {}];
    for (const instance of [...instances, ...instances]) await outcomes(1, () => call.call(instance));
    const states = [...runtime.circuits.keyed('Service.method')!.all()].map(({ state }) => state);
    expect(states.sort()).toEqual(['closed', 'closed', 'open']);
  });

  it('may be asked for after circuits have opened', async () => {
    const method = controlled();
    const { runtime, call } = protectForTest(method, {
      circuitBreaker: { name: 'hosts', key: (host: unknown) => host },
    });
    for (const host of [1, 2, 3]) await outcomes(5, () => call(host));
    runtime.circuits.register('hosts', { maxOpenKeys: 0.5, failureThreshold: 1 });
    await outcomes(1, () => call(4));
    const states = [...runtime.circuits.keyed('hosts')!.all()].map(({ state }) => state);
    expect(states.sort()).toEqual(['closed', 'open', 'open', 'open']);
    expect(runtime.circuits.get('hosts').summary).toBe(
      'opens after 1 failures in a row, for 30000 ms, at most 50 % of its keys at a time',
    );
  });

  it('forgets keys that are gone', async () => {
    const { fail, open, of, as, clock } = await keyed(0, { maxOpenKeys: 0.5, maxKeys: 2 });
    for (let key = 0; key < 20; key++) {
      await as('succeed', key);
      of(key).import({ state: 'open', openings: 1, until: null });
      of(key).import({ state: 'half-open', openings: 1, until: null }); // nobody comes for its trial: it may be evicted
    }
    await clock.advance(1);
    await as('succeed', 'other');
    await fail('last');
    expect(open()).toEqual(['last']);
  });
});

describe('any number of keys that fail in any order', () => {
  const keys = 6;
  const happening = fc.record({
    key: fc.nat(keys - 1),
    does: fc.constantFrom('fail' as const, 'fail' as const, 'succeed' as const, 'hang' as const, 'reset' as const),
    time: fc.constantFrom(0, 0, 0, 1000, 10_000),
    settles: fc.boolean(),
  });

  type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

  async function happen(over: Awaited<ReturnType<typeof keyed>>, { key, does, time, settles }: Happening) {
    const { as, of, clock, method } = over;
    if (does === 'reset') of(key).reset();
    else void as(does, key);
    await settle();
    if (settles) for (const { reject } of method.hanging.splice(0)) reject(new Boom('late'));
    clock.skip(time);
    await settle();
  }

  it('never has more circuits open than the share, and holds nobody back while there is room', async () => {
    let hadRoom = 0;
    const run = async (maxOpenKeys: number, happenings: readonly Happening[]) => {
      const most = Math.max(1, Math.floor(maxOpenKeys * keys));
      const over = await keyed(keys, { maxOpenKeys });
      for (const happens of happenings) {
        await happen(over, happens);
        expect(over.open().length).toBeLessThanOrEqual(most);
      }
      const all = Array.from({ length: keys }, (_, key) => ({ key, circuit: over.of(key) }));
      const closed = all.find(({ circuit }) => circuit.state === 'closed');
      if (closed === undefined || all.filter(({ circuit }) => circuit.gate.keepsOut).length >= most) return;
      hadRoom++;
      await over.fail(closed.key, keys);
      expect(closed.circuit.state).toBe('open');
    };
    const happenings = fc.array(happening, { minLength: 10, maxLength: 50 });
    await fc.assert(fc.asyncProperty(fc.constantFrom(0.1, 0.34, 0.5, 1), happenings, run), { numRuns: 150 });
    expect(hadRoom).toBeGreaterThan(10); // there was room often enough to tell
  }, 60_000);
});
