import { describe, expect, it } from 'vitest';
import { type CircuitBreakerOptions, CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { type Controlled, controlled, outcomes, rejection } from './controlled.js';

/** A method behind a circuit, with the circuit at hand. */
function circuitOver(options: CircuitBreakerOptions, method: Controlled = controlled()) {
  const protectedMethod = protectForTest(method, { circuitBreaker: options });
  const circuit = protectedMethod.runtime.circuits.get(options.name ?? 'Service.method');
  return { ...protectedMethod, method, circuit };
}

const fourCalls = { window: 4, failureRate: 0.75, minimumCalls: 4 } as const;

describe('a circuit that opens', () => {
  it('CB1 lets four failures through, then refuses without calling the method', async () => {
    const { call, method } = circuitOver({ ...fourCalls, openFor: 50_000, halfOpenCalls: 2, successThreshold: 2 });
    expect(await outcomes(7, call)).toEqual([...Array(4).fill('Boom'), ...Array(3).fill('CircuitOpenError')]);
    expect(method.calls).toBe(4);
  });

  it('opens after five failures in a row where nothing is said, never after the first', async () => {
    const { call, method, circuit } = circuitOver({});
    expect(await outcomes(4, call)).toEqual(Array(4).fill('Boom'));
    expect(circuit.state).toBe('closed');
    expect(await outcomes(2, call)).toEqual(['Boom', 'CircuitOpenError']);
    expect(method.calls).toBe(5);
  });

  it('CB5 judges the whole window, an early success included', async () => {
    const { call, method } = circuitOver(fourCalls);
    method.does = 'succeed';
    await call();
    method.does = 'fail';
    expect(await outcomes(4, call)).toEqual(['Boom', 'Boom', 'Boom', 'CircuitOpenError']);
  });

  it.each([
    ['after exactly 4 calls', ['ok', 'fail', 'fail', 'ok'], 4],
    ['after exactly 5 calls', ['ok', 'fail', 'ok', 'ok', 'fail'], 5],
  ])('CB7 rolls its window on, and judges after successes too: open %s', async (_when, results, calls) => {
    const { call, method } = circuitOver({ window: 4, failureRate: 0.5, minimumCalls: 4 });
    for (const result of results) {
      method.does = result === 'ok' ? 'succeed' : 'fail';
      await outcomes(1, call);
    }
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    expect(method.calls).toBe(calls);
  });

  it('CB35 counts failures in a row anew after a success, and opens with its counts at zero', async () => {
    const { call, method, circuit } = circuitOver({ failureThreshold: 6 });
    await outcomes(5, call);
    method.does = 'succeed';
    await call();
    method.does = 'fail';
    await outcomes(5, call);
    expect(circuit.stats).toMatchObject({ calls: 11, successes: 1, failures: 10, consecutiveFailures: 5 });
    expect(circuit.state).toBe('closed');
    await outcomes(1, call);
    expect(circuit.state).toBe('open');
    expect(circuit.stats).toMatchObject({ calls: 0, successes: 0, failures: 0, consecutiveFailures: 0 });
  });

  it('opens after so many failures within a window when one is given, in a row or not', async () => {
    const { call, method, circuit } = circuitOver({ failureThreshold: 3, window: 6 });
    for (const does of ['fail', 'succeed', 'fail', 'succeed'] as const) {
      method.does = does;
      await outcomes(1, call);
    }
    expect(circuit.state).toBe('closed');
    method.does = 'fail';
    expect(await outcomes(2, call)).toEqual(['Boom', 'CircuitOpenError']);
  });

  it('lowers the usual threshold to a smaller window, so that it can open at all', async () => {
    const { call } = circuitOver({ window: 3 });
    expect(await outcomes(4, call)).toEqual(['Boom', 'Boom', 'Boom', 'CircuitOpenError']);
  });

  it('opens at whichever of a threshold in a row and a rate is reached first', async () => {
    const { call, method } = circuitOver({ failureThreshold: 3, failureRate: 0.5, minimumCalls: 100 });
    method.does = 'succeed';
    await outcomes(20, call);
    method.does = 'fail';
    expect(await outcomes(4, call)).toEqual(['Boom', 'Boom', 'Boom', 'CircuitOpenError']);
  });

  it('knows no threshold in a row where only a rate is given', async () => {
    const { call, method } = circuitOver({ failureRate: 0.9, minimumCalls: 20 });
    expect(await outcomes(19, call)).toEqual(Array(19).fill('Boom'));
    expect(method.calls).toBe(19);
  });

  it('forgets the failures of a window of time after an idle hour', async () => {
    const { call, clock, circuit } = circuitOver({ failureThreshold: 5, window: '10s' });
    await outcomes(4, call);
    await clock.advance(3_600_000);
    await outcomes(4, call);
    expect(circuit.state).toBe('closed');
    await outcomes(1, call);
    expect(circuit.state).toBe('open');
  });

  it('CB40 counts whatever is thrown once, and rethrows it', async () => {
    const { call, method, circuit } = circuitOver({});
    for (const thrown of ['a string', undefined, null, 0]) {
      method.does = () => {
        throw thrown;
      };
      expect(await call().catch((error) => ({ error }))).toEqual({ error: thrown });
    }
    expect(circuit.stats).toMatchObject({ failures: 4, consecutiveFailures: 4 });
  });

  it('CB42 keeps exact counts with many callers', async () => {
    class Excluded extends Error {}
    const { call, method, circuit } = circuitOver({ ignore: Excluded });
    method.does = () => {
      if (method.calls % 2 === 0) throw new Excluded();
      return 'ok';
    };
    await Promise.all(Array.from({ length: 10 }, () => outcomes(1000, call)));
    expect(circuit.stats).toMatchObject({ calls: 5000, successes: 5000, failures: 0, ignored: 5000, inFlight: 0 });
    expect(circuit.totals).toMatchObject({ successes: 5000, failures: 0, ignored: 5000 });
  });
});

describe('an open circuit', () => {
  it('CB2 closes again after successes, however short it was open', async () => {
    const { call, method, clock, circuit } = circuitOver({
      ...fourCalls,
      openFor: 1,
      halfOpenCalls: 2,
      successThreshold: 2,
    });
    await outcomes(4, call);
    await clock.advance(500);
    method.does = 'succeed';
    expect(await outcomes(3, call)).toEqual(['ok', 'ok', 'ok']);
    expect(method.calls).toBe(7);
    expect(circuit.state).toBe('closed');
  });

  it('CB15 CB16 opens for a handled result, tells how long to wait, and tries again exactly then', async () => {
    const method = controlled(() => -1);
    const { call, clock, circuit } = circuitOver(
      {
        failureRate: 0.5,
        minimumCalls: 10,
        window: '10s',
        openFor: '1s',
        whenResult: (result: number) => result === -1,
      },
      method,
    );
    expect(await outcomes(10, call)).toEqual(Array(10).fill(-1));
    expect((await rejection(call())).retryAfter).toBe(1000);
    await clock.advance(500);
    expect((await rejection(call())).retryAfter).toBe(500);
    expect([circuit.moves('closed', 'open'), circuit.moves('open', 'half-open')]).toEqual([1, 0]);

    await clock.advance(500);
    expect(await call()).toBe(-1);
    expect((await rejection(call())).retryAfter).toBe(1000);
    expect([circuit.moves('half-open', 'open'), circuit.moves('open', 'half-open')]).toEqual([1, 1]);

    await clock.advance(1000);
    method.does = 'succeed';
    expect(await call()).toBe('ok');
    expect([circuit.moves('half-open', 'closed'), circuit.moves('open', 'half-open')]).toEqual([1, 2]);
  });

  it('CB17 gives the last error as the cause, none after a handled result, and always the same words without a stack', async () => {
    const { call, method, circuit } = circuitOver({
      failureThreshold: 1,
      whenResult: (result: unknown) => result === 'bad',
    });
    const boom = await rejection(call());
    const refusals: Awaited<ReturnType<typeof rejection>>[] = [];
    for (let turn = 0; turn < 100; turn++) refusals.push(await rejection(call()));
    expect(new Set(refusals.map(({ message }) => message))).toEqual(
      new Set(['Service.method was not called: its circuit is open']),
    );
    expect(new Set(refusals.map(({ stack }) => stack))).toEqual(
      new Set(['CircuitOpenError: Service.method was not called: its circuit is open']),
    );
    expect(refusals.every(({ cause }) => cause === boom)).toBe(true);
    expect(refusals[0]).toBeInstanceOf(CircuitOpenError);
    expect(refusals[0]).toMatchObject({
      code: 'HOLDFAST_CIRCUIT_OPEN',
      site: 'Service.method',
      circuit: 'Service.method',
      policy: 'circuitBreaker',
    });

    circuit.reset();
    method.does = () => 'bad';
    await call();
    expect((await rejection(call())).cause).toBeUndefined();
  });

  it('CB21 counts failed results and errors together', async () => {
    const { call, method } = circuitOver({
      failureRate: 1,
      minimumCalls: 10,
      whenResult: (result: unknown) => result === -1,
    });
    method.does = () => -1;
    await outcomes(5, call);
    method.does = 'fail';
    expect(await outcomes(6, call)).toEqual([...Array(5).fill('Boom'), 'CircuitOpenError']);
  });

  it('CB26 CB36 refuses until the last millisecond, then lets a trial in, with the refusals counted from anew', async () => {
    const { call, clock, circuit, method } = circuitOver({ failureThreshold: 1, openFor: '5s' });
    await outcomes(2, call);
    await clock.advance(3000);
    await outcomes(1, call);
    expect(circuit.stats.rejected).toBe(2);
    await clock.advance(1999);
    expect(circuit.state).toBe('open');
    await clock.advance(1);
    expect(circuit.state).toBe('half-open');
    expect(circuit.stats.rejected).toBe(0);
    method.does = 'hang';
    void call();
    await settle();
    expect(method.calls).toBe(2);
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    expect(circuit.stats.rejected).toBe(1);
    expect(circuit.totals.rejected).toBe(3);
  });

  it('CB27 stays open longer with each opening in a row, up to the most, and begins anew once it has closed', async () => {
    const { call, clock, method } = circuitOver({
      failureThreshold: 1,
      openFor: { initial: 5000, multiplier: 1.5, max: 9000 },
    });
    const waits: number[] = [];
    for (let opening = 0; opening < 4; opening++) {
      await outcomes(1, call);
      const { retryAfter = 0 } = await rejection(call());
      waits.push(retryAfter);
      await clock.advance(retryAfter);
    }
    expect(waits).toEqual([5000, 7500, 9000, 9000]);
    method.does = 'succeed';
    await call();
    method.does = 'fail';
    await outcomes(1, call);
    expect((await rejection(call())).retryAfter).toBe(5000);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
      'no idea',
    ],
    [
      'returns no duration',
      () => 'soon' as never,
      "openFor of the circuit 'Service.method' must return a duration, but returned 'soon'",
    ],
  ])('stays open for the usual 30 s when a function %s, and reports that once', async (_how, openFor, message) => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const { call, clock } = circuitOver({ failureThreshold: 1, openFor });
    await outcomes(1, call);
    expect((await rejection(call())).retryAfter).toBe(30_000);
    await clock.advance(30_000);
    await outcomes(1, call);
    expect((await rejection(call())).retryAfter).toBe(30_000);
    process.off('warning', onWarning);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain(message);
  });

  it('stays open for good with Infinity, and promises nothing then', async () => {
    const { call, clock } = circuitOver({ failureThreshold: 1, openFor: Number.POSITIVE_INFINITY });
    await outcomes(1, call);
    await clock.advance(10 ** 9);
    expect((await rejection(call())).retryAfter).toBeUndefined();
  });
});

describe('late results', () => {
  it('of a call from before neither close a half-open circuit nor open a closed one', async () => {
    const { call, clock, method, circuit } = circuitOver({ failureThreshold: 1, openFor: '1s', halfOpenCalls: 2 });
    method.does = 'hang';
    const stragglers = [call(), call(), call()].map((late) => late.catch(() => 'failed'));
    method.does = 'fail';
    await outcomes(1, call);
    await clock.advance(1000);
    expect(circuit.state).toBe('half-open');

    method.hanging[0]?.resolve();
    method.hanging[1]?.reject(new Boom('late'));
    await Promise.all(stragglers.slice(0, 2));
    expect(circuit.state).toBe('half-open');
    expect(circuit.stats).toMatchObject({ calls: 0, ignored: 0 });

    method.does = 'succeed';
    await outcomes(2, call);
    expect(circuit.state).toBe('closed');
    method.hanging[2]?.reject(new Boom('very late'));
    await stragglers[2];
    expect(circuit.state).toBe('closed');
    expect(circuit.stats).toMatchObject({ calls: 0, failures: 0, inFlight: 0 });
    expect(circuit.totals).toMatchObject({ successes: 3, failures: 3 });
  });

  it('keep the cause that opened it', async () => {
    const { call, method } = circuitOver({ failureThreshold: 1 });
    method.does = 'hang';
    const late = call().catch(() => undefined);
    method.does = 'fail';
    const first = await rejection(call());
    method.hanging[0]?.reject(new Boom('late'));
    await late;
    expect((await rejection(call())).cause).toBe(first);
  });
});

describe('slow calls', () => {
  const terms = {
    window: '20s',
    minimumCalls: 5,
    failureRate: 0.5,
    slowRate: 0.5,
    slowCall: '4s',
    halfOpenCalls: 4,
    openFor: '5s',
  } as const;

  /** Calls that take so long, in turn; a failure where it says so. */
  async function run(options: CircuitBreakerOptions, results: readonly (readonly ['ok' | 'fail', number])[]) {
    const over = circuitOver(options);
    for (const [result, duration] of results) {
      over.method.does = async () => {
        await over.clock.sleep(duration);
        if (result === 'fail') throw new Boom('slow');
      };
      const call = over.call().catch(() => undefined);
      await over.clock.advance(duration);
      await call;
    }
    return over;
  }

  it('CB23 opens at the failure rate once there are enough calls, and reads NaN before', async () => {
    const early = await run(terms, [
      ['fail', 0],
      ['fail', 0],
      ['fail', 0],
      ['ok', 0],
    ]);
    expect(early.circuit.stats).toMatchObject({
      calls: 4,
      failures: 3,
      failureRate: Number.NaN,
      successRate: Number.NaN,
      slowRate: Number.NaN,
    });
    const { circuit, call } = await run(terms, [
      ['fail', 0],
      ['fail', 0],
      ['fail', 0],
      ['ok', 0],
      ['ok', 0],
    ]);
    expect(circuit.state).toBe('open');
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    expect(circuit.stats.rejected).toBe(1);
    expect(circuit.history.at(-1)).toMatchObject({
      from: 'closed',
      to: 'open',
      figures: { calls: 5, failures: 3, failureRate: 0.6, successRate: 0.4 },
    });
  });

  it('CB24 opens at the rate of slow calls, failed or not', async () => {
    const { circuit } = await run(terms, [
      ['fail', 4001],
      ['ok', 4001],
      ['fail', 100],
      ['ok', 100],
      ['ok', 4001],
    ]);
    expect(circuit.history.at(-1)).toMatchObject({ to: 'open', figures: { slow: 3, slowRate: 0.6, failureRate: 0.4 } });
    expect(circuit.totals).toMatchObject({ successes: 3, failures: 2, slowSuccesses: 2, slowFailures: 1 });
  });

  it('calls slow what takes longer, not what takes exactly so long', async () => {
    const { circuit } = await run({ ...terms, window: 5 }, Array(5).fill(['ok', 4000]));
    expect(circuit.state).toBe('closed');
    expect(circuit.stats).toMatchObject({ slow: 0, slowRate: 0 });
  });

  it('counts a slow success against the trial', async () => {
    const { circuit, clock, call, method } = await run(
      { ...terms, window: 5, halfOpenCalls: 1 },
      Array(5).fill(['ok', 4001]),
    );
    await clock.advance(5000);
    method.does = () => clock.sleep(4001);
    const trial = call();
    await clock.advance(4001);
    await trial;
    expect(circuit.history.at(-1)).toMatchObject({
      from: 'half-open',
      to: 'open',
      figures: { successes: 1, failures: 0, slow: 1 },
    });
  });
});

describe('a rate over calls started', () => {
  it('is not misled by failures that are faster than successes', async () => {
    const results: Record<string, string> = {};
    for (const rateOver of ['settled', 'started'] as const) {
      const { call, method, circuit } = circuitOver({ failureRate: 0.5, minimumCalls: 10, rateOver });
      method.does = 'hang';
      const slow = Array.from({ length: 12 }, () => call());
      method.does = 'fail';
      await outcomes(10, call);
      results[rateOver] = circuit.state;
      if (rateOver === 'started')
        expect(circuit.stats).toMatchObject({ calls: 10, inFlight: 12, failureRate: 10 / 22 });
      for (const { resolve } of method.hanging) resolve();
      await Promise.all(slow);
    }
    expect(results).toEqual({ settled: 'open', started: 'closed' });
  });
});

describe('what a circuit tells', () => {
  it('tells of every move, by event, to its own listener, and in its history', async () => {
    const told: unknown[] = [];
    const { call, clock, circuit, events, method } = circuitOver({
      name: 'github',
      failureThreshold: 1,
      openFor: '1s',
      onStateChange: (move) => told.push(move),
    });
    await outcomes(1, call);
    await clock.advance(1000);
    method.does = 'succeed';
    await call();
    const moves = [
      { from: 'closed', to: 'open', at: 1000 },
      { from: 'open', to: 'half-open', at: 2000 },
      { from: 'half-open', to: 'closed', at: 2000 },
    ];
    expect(told).toMatchObject(moves);
    expect(circuit.history).toMatchObject(moves);
    expect(events.of('circuit.moved')).toMatchObject(
      moves.map((move) => ({ ...move, site: 'github', circuit: 'github' })),
    );
  });

  it('tells of each refusal', async () => {
    const { call, events } = circuitOver({ name: 'github', failureThreshold: 1, openFor: '1s' });
    await outcomes(2, call);
    expect(events.of('circuit.refused')).toEqual([{ site: 'Service.method', circuit: 'github', retryAfter: 1000 }]);
  });

  it('remembers the last 100 moves', () => {
    const { circuit } = circuitOver({});
    for (let turn = 0; turn < 60; turn++) {
      circuit.forceOpen();
      circuit.reset();
    }
    expect(circuit.history).toHaveLength(100);
    expect(circuit.moves('closed', 'forced-open')).toBe(60);
  });

  it('knows how long it was in each state', async () => {
    const { call, clock, circuit } = circuitOver({ failureThreshold: 1, openFor: '1s' });
    await clock.advance(300);
    await outcomes(1, call);
    await clock.advance(5000); // nobody looks: it is half-open from the first second on
    expect(circuit.timeIn('closed')).toBe(300);
    expect(circuit.timeIn('open')).toBe(1000);
    expect(circuit.timeIn('half-open')).toBe(4000);
  });

  it('tells its stats to the registry, and says whether calls pass', async () => {
    const { call, runtime } = circuitOver({ name: 'github', failureThreshold: 1 });
    expect(runtime.circuits.stats()).toMatchObject({ github: { state: 'closed', healthy: true, calls: 0 } });
    const error = await rejection(call());
    expect(runtime.circuits.stats()).toMatchObject({
      github: { state: 'open', healthy: false, lastFailure: { at: 1000, error } },
    });
  });

  it('counts what each use refused, and says in few words what it does', async () => {
    const { call, runtime } = circuitOver({ failureThreshold: 2, openFor: '1s' });
    await outcomes(5, call);
    const [method] = [...runtime.methods()];
    const policy = method?.policies.find(({ kind }) => kind === 'circuitBreaker');
    expect(policy).toMatchObject({
      stats: { refused: 3, waited: 0 },
      uses: 'Service.method',
      summary: 'opens after 2 failures in a row, for 1000 ms',
    });
  });

  it.each([
    [{ failureRate: 0.5, openFor: () => 1 }, 'opens after 50 % failures of 100 calls, for a time by function'],
    [
      { failureThreshold: 3, window: '10s', openFor: { initial: 1, multiplier: 2, max: 9 } },
      'opens after 3 failures within 10000 ms, for 1 to 9 ms',
    ],
    [
      { failureThreshold: 3, slowRate: 0.125, slowCall: '1s' },
      'opens after 3 failures in a row or 12.5 % slow of 100 calls, for 30000 ms',
    ],
  ] as const)('says of %j: %s', (options, summary) => {
    expect(circuitOver(options).circuit.summary).toBe(summary);
  });
});
