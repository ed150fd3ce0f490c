import { getEventListeners } from 'node:events';
import { runInNewContext } from 'node:vm';
import { currentCall, Resilient, Retry, Runtime } from 'holdfast';
import { Boom, type Flaky, flaky, ManualClock, protectForTest, settle, watch } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

/** What some calls come to, one after the other. */
async function outcomes(method: Flaky<unknown>, calls: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let call = 0; call < calls; call++) seen.push(await method().catch((error: Error) => error.message));
  return seen;
}

describe('flaky.failing()', () => {
  it('fails so many times, each time with a Boom of its own, then gives the value', async () => {
    const method = flaky.failing(2, 'paid');

    expect(await outcomes(method, 4)).toEqual(['failure of call 1', 'failure of call 2', 'paid', 'paid']);
    await expect(flaky.failing(1)()).rejects.toBeInstanceOf(Boom);
    expect(method.calls).toBe(4);
  });

  it('fails with these errors in turn, whatever they are', async () => {
    const errors = [new Boom('a'), 'b', undefined];
    const method = flaky.failing(errors, 1);

    for (const error of errors) await expect(method()).rejects.toBe(error);
    await expect(method()).resolves.toBe(1);
  });

  it('fails with the error that it is given, or that is made for the call', async () => {
    const error = new RangeError('down');
    await expect(flaky.failing(1, 0, { error })()).rejects.toBe(error);
    const made = flaky.failing(2, 'up', { error: (call) => new Error(`no ${call}`) });
    expect(await outcomes(made, 3)).toEqual(['no 1', 'no 2', 'up']);
    const thrown = flaky.failing(1, 'up', {
      error: () => {
        throw error;
      },
    });
    await expect(thrown()).rejects.toBe(error);
    expect([await thrown(), thrown.calls, thrown.running]).toEqual(['up', 2, 0]);
  });

  it('fails for ever, or never', async () => {
    expect(await outcomes(flaky.failing(Number.POSITIVE_INFINITY), 20)).not.toContain(undefined);
    expect(await outcomes(flaky.failing(0, 'up'), 3)).toEqual(['up', 'up', 'up']);
  });
});

describe('flaky.atRate()', () => {
  it('fails that share of its calls, the same ones for the same seed', async () => {
    const [one, same, other] = [7, 7, 8].map((seed) => flaky.atRate(0.3, 'up', { seed, error: new Boom('down') }));
    const seen = await outcomes(one!, 2000);

    expect(seen.filter((outcome) => outcome === 'down').length).toBeGreaterThan(520);
    expect(seen.filter((outcome) => outcome === 'down').length).toBeLessThan(680);
    expect(await outcomes(same!, 2000)).toEqual(seen);
    expect(await outcomes(other!, 2000)).not.toEqual(seen);
    expect(await outcomes(flaky.atRate(1, 'up'), 2)).toEqual(['failure of call 1', 'failure of call 2']);
  });
});

describe('flaky.scripted()', () => {
  it('comes to one outcome after the other, and stays with the last', async () => {
    const method = flaky.scripted([{ value: 1 }, { error: new Boom('2') }, { hangs: true }, { value: 4 }]);

    expect(await outcomes(method, 2)).toEqual([1, '2']);
    const hung = watch(method());
    expect(await outcomes(method, 2)).toEqual([4, 4]);
    await settle();
    expect(hung.state).toBe('pending');
  });
});

describe('flaky.hanging()', () => {
  it('never settles, whatever becomes of its signal, and counts as running', async () => {
    const method = flaky.hanging();
    const leaving = new AbortController();
    const calls = [method(leaving.signal), method({ signal: leaving.signal })].map(watch);

    leaving.abort();
    await settle();
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect({ ...method }).toMatchObject({ calls: 2, running: 2, peak: 2 });
  });

  it.each([
    ['its last argument', (signal: AbortSignal) => ['a', signal]],
    ['an object that is its last argument', (signal: AbortSignal) => ['a', { signal }]],
  ])('obeys the signal in %s if told so, and leaves no listener', async (_where, argsWith) => {
    const method = flaky.hanging({ obeysAbort: true });
    const leaving = new AbortController();
    const call = watch(method(...argsWith(leaving.signal)));
    await settle();
    expect(call.state).toBe('pending');

    leaving.abort('left');
    await settle();
    expect(call).toEqual({ state: 'rejected', error: 'left' });
    expect(method.running).toBe(0);
    await expect(method(leaving.signal)).rejects.toBe('left');
  });

  it('obeys the signal of the protected call that it runs in', async () => {
    const method = flaky.hanging({ obeysAbort: true });
    const { call, clock } = protectForTest(method, { timeout: '2s' });
    const seen = watch(call());

    await clock.advance(1999);
    expect(method.running).toBe(1);
    await clock.advance(1);
    expect([seen.state, method.running]).toEqual(['rejected', 0]);
    expect(currentCall()).toBeUndefined();
  });
});

describe('flaky.slow()', () => {
  it('gives its value after that time on the given clock', async () => {
    const clock = new ManualClock(0);
    const method = flaky.slow('2s', 'there', { clock });
    const call = watch(method());

    await clock.advance(1999);
    expect([call.state, method.running]).toEqual(['pending', 1]);
    await clock.advance(1);
    expect(call).toEqual({ state: 'resolved', value: 'there' });
    expect(method.log).toMatchObject([{ startedAt: 0, endedAt: 2000 }]);
  });

  it('goes on when its signal aborts, and settles late', async () => {
    const clock = new ManualClock(0);
    const method = flaky.slow('2s', 'there', { clock });
    const { call } = protectForTest(method, { timeout: '1s' }, { clock });
    const seen = watch(call());

    await clock.advance('1s');
    expect([seen.state, method.running]).toEqual(['rejected', 1]);
    await clock.advance('1s');
    expect(method.log).toMatchObject([{ startedAt: 0, endedAt: 2000 }]);
    expect(method.running).toBe(0);
  });

  it('is over when its signal aborts, if it obeys, and leaves no alarm', async () => {
    const clock = new ManualClock(0);
    const method = flaky.slow('2s', 'there', { clock, obeysAbort: true });
    const leaving = new AbortController();
    const call = watch(method(leaving.signal));

    await clock.advance(500);
    leaving.abort('left');
    await settle();
    expect(call).toEqual({ state: 'rejected', error: 'left' });
    expect(method.log).toMatchObject([{ startedAt: 0, endedAt: 500 }]);
    expect(clock.pending).toBe(0);
  });

  it('leaves no listener on a signal that it obeyed without need', async () => {
    const clock = new ManualClock();
    const leaving = new AbortController();
    const method = flaky.slow('2s', 'there', { clock, obeysAbort: true });

    await expect(clock.runUntil(method(leaving.signal))).resolves.toBe('there');
    expect(getEventListeners(leaving.signal, 'abort')).toEqual([]);
  });

  it('takes as long where it fails', async () => {
    const clock = new ManualClock(0);
    const method = flaky.failing(1, 'up', { takes: '1s', clock });
    const call = watch(method());

    await clock.advance(999);
    expect(call.state).toBe('pending');
    await clock.advance(1);
    expect(call).toMatchObject({ state: 'rejected', error: { message: 'failure of call 1' } });
  });
});

describe('a flaky function', () => {
  it('keeps what it was called with, on what and when, and how many ran at a time', async () => {
    const clock = new ManualClock(0);
    const method = flaky.slow('10ms', 'x', { clock });
    const service = { method };
    const first = [service.method('a', 1), service.method('b')];
    await clock.advance(5);
    const last = service.method();
    await clock.advance(10);
    await Promise.all([...first, last]);

    expect(method.log).toEqual([
      { args: ['a', 1], self: service, startedAt: 0, endedAt: 10 },
      { args: ['b'], self: service, startedAt: 0, endedAt: 10 },
      { args: [], self: service, startedAt: 5, endedAt: 15 },
    ]);
    expect({ ...method }).toMatchObject({ calls: 3, running: 0, peak: 3 });
  });

  it('counts all calls, and keeps the latest 10 000', async () => {
    const method = flaky.failing(0, 'x');
    for (let call = 0; call < 10_005; call++) await method(call);

    expect({ ...method }).toMatchObject({ calls: 10_005, running: 0, peak: 1 });
    expect([method.log.length, method.log[0]?.args]).toEqual([10_000, [5]]);
  });

  it('serves as the method of a class beneath decorators', async () => {
    const charge = flaky.failing(2, 'paid');

    @Resilient()
    class Payments {
      @Retry({ maxAttempts: 3, delay: 0 })
      async charge(order: number): Promise<string> {
        return charge.call(this, order);
      }
    }
    const payments = new Payments();
    new Runtime({ clock: new ManualClock() }).bind(payments);

    await expect(payments.charge(7)).resolves.toBe('paid');
    expect(charge.log).toMatchObject(Array(3).fill({ args: [7], self: payments }));
  });
});

describe('flaky functions', () => {
  it('fail with errors of another realm, as those of Node itself are under jest', async () => {
    const error: Error = runInNewContext("new Error('away')");

    await expect(flaky.failing(1, 0, { error })()).rejects.toBe(error);
  });

  it.each([
    [
      () => flaky.failing(-1),
      'flaky.failing(): failures must be a whole number, Infinity or a list of errors, but got -1',
    ],
    [() => flaky.failing(1.5), /^flaky\.failing\(\): failures must be .* but got 1\.5$/],
    [() => flaky.failing(1, 0, { error: 'no' as never }), /^flaky\.failing\(\): error must be an error or a function/],
    [() => flaky.failing(1, 0, { takes: -1 }), /^flaky\.failing\(\): takes must be a duration .*, but got -1$/],
    [() => flaky.failing(1, 0, { late: 1 } as never), /^flaky\.failing\(\): late is no option; it takes takes,/],
    [() => flaky.atRate(0), 'flaky.atRate(): rate must be a rate above 0 and at most 1, but got 0'],
    [() => flaky.atRate(0.5, 0, { seed: -1 }), /^flaky\.atRate\(\): seed must be a whole number/],
    [() => flaky.scripted([]), /^flaky\.scripted\(\): outcomes must be a list of .*, but got \[\]$/],
    [() => flaky.scripted([{ value: 1 }, {} as never]), /^flaky\.scripted\(\): outcomes\[1\] must be \{ value \}/],
    [() => flaky.scripted([{ hangs: false } as never]), /^flaky\.scripted\(\): outcomes\[0\] must be \{ value \}/],
    [() => flaky.scripted([{ value: 1, takes: 5 } as never]), /^flaky\.scripted\(\): outcomes\[0\] must be/],
    [() => flaky.atRate('0.5' as never), "flaky.atRate(): rate must be a rate above 0 and at most 1, but got '0.5'"],
    [
      () => flaky.failing([new Error('a')], 0, { error: new Boom('b') }),
      /^flaky\.failing\(\): error makes no sense beside a list of errors, but got Boom: b/,
    ],
    [() => flaky.slow('2' as never), /^flaky\.slow\(\): takes must be a duration .*, but got '2'$/],
    [() => flaky.slow(Number.POSITIVE_INFINITY), /^flaky\.slow\(\): takes must be a duration/],
    [() => flaky.slow(5, 0, { takes: 7 } as never), 'flaky.slow(): takes is no option; it takes obeysAbort, clock'],
    [() => flaky.slow(5, 0, null as never), 'flaky.slow() takes an object of options, but got null'],
    [() => flaky.hanging({ takes: 5 } as never), 'flaky.hanging(): takes is no option; it takes obeysAbort, clock'],
    [() => flaky.hanging({ clock: {} as never }), 'flaky.hanging(): clock must be a Clock, but got {}'],
    [() => flaky.hanging({ obeysAbort: 1 as never }), 'flaky.hanging(): obeysAbort must be true or false, but got 1'],
  ])('are refused when told wrongly (%#)', (make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS' }));
  });
});
