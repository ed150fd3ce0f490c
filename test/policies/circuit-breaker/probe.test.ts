import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import {
  type Clock,
  currentCall,
  type EndListener,
  EventBus,
  Lifetime,
  RuntimeDisposedError,
  TimeoutError,
} from '../../../src/core/index.js';
import {
  type CircuitBreakerOptions,
  CircuitBreakerRegistry,
  type ProbedCircuit,
} from '../../../src/policies/circuit-breaker/index.js';
import { Boom, ManualClock, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { controlled, outcomes, rejection } from './controlled.js';

/** A circuit that opens at the first failure, with a probe that does as it is told. */
function probed(options: CircuitBreakerOptions = {}, does?: (about: ProbedCircuit) => unknown) {
  const method = controlled();
  const runs: (ProbedCircuit & { resolve(value?: unknown): void; reject(error: unknown): void })[] = [];
  const probe = (about: ProbedCircuit) => {
    const answer = new Promise((resolve, reject) => runs.push({ ...about, resolve, reject }));
    return does ? does(about) : answer;
  };
  const given = { failureThreshold: 1, openFor: '60s', probe, probeEvery: '10s', ...options } as const;
  const over = protectForTest(method, { circuitBreaker: given });
  return { ...over, method, runs, circuit: over.runtime.circuits.get('Service.method') };
}

/** The same, open. */
async function opened(options: CircuitBreakerOptions = {}, does?: (about: ProbedCircuit) => unknown) {
  const over = probed(options, does);
  await outcomes(1, over.call);
  expect(over.circuit.state).toBe('open');
  return over;
}

describe('a probe', () => {
  it('runs every probeEvery while the circuit is open, and at no other time', async () => {
    const { call, clock, runs, circuit, method } = probed();
    method.does = 'succeed';
    await call();
    await clock.advance(100_000);
    expect([runs.length, clock.pending]).toEqual([0, 0]);

    method.does = 'fail';
    await outcomes(1, call);
    await clock.advance(9999);
    expect(runs).toHaveLength(0);
    await clock.advance(1);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ name: 'Service.method', key: undefined });
    runs[0]?.reject(new Boom('not yet'));
    await clock.advance(10_000);
    expect(runs).toHaveLength(2);
    expect(circuit.state).toBe('open');
  });

  it('runs every 5 s where nothing else is said', async () => {
    let runs = 0;
    const method = controlled();
    const probe = () => runs++ < 0;
    const { call, clock } = protectForTest(method, { circuitBreaker: { failureThreshold: 1, probe } });
    await outcomes(1, call);
    await clock.advance(14_999);
    expect(runs).toBe(2);
    await clock.advance(1);
    expect(runs).toBe(3);
  });

  it('that succeeds begins the trial at once, and real calls have the last word', async () => {
    const { call, clock, runs, circuit, method, events } = await opened({
      openFor: { initial: '60s', multiplier: 2, max: '9m' },
    });
    await clock.advance(12_000);
    runs[0]?.resolve('whatever');
    await settle();
    expect(circuit.state).toBe('half-open');
    expect(clock.pending).toBe(0);
    expect(await outcomes(1, call)).toEqual(['Boom']);
    expect(circuit.state).toBe('open');
    expect(circuit.export().openings).toBe(2);

    await clock.advance(10_000);
    runs[1]?.resolve();
    await settle();
    method.does = 'succeed';
    await call();
    expect(circuit.history.map(({ to, at }) => [to, at])).toEqual([
      ['open', 1000],
      ['half-open', 13_000],
      ['open', 13_000],
      ['half-open', 23_000],
      ['closed', 23_000],
    ]);
    expect(events.of('circuit.probed').map(({ passed }) => passed)).toEqual([true, true]);
  });

  const boom = new Boom('down');
  it.each([
    ['rejects', () => Promise.reject(boom), boom],
    [
      'throws',
      () => {
        throw boom;
      },
      boom,
    ],
    ['comes to false', async () => false, undefined],
    ['is false', () => false, undefined],
  ])('that %s leaves the circuit open, and that is told', async (_how, does, error) => {
    const { clock, circuit, events } = await opened({}, does);
    await clock.advance(10_000);
    expect(circuit.state).toBe('open');
    expect(events.of('circuit.probed')).toEqual([
      { site: 'Service.method', circuit: 'Service.method', passed: false, error },
    ]);
    await clock.advance(10_000);
    expect(events.of('circuit.probed')).toHaveLength(2);
  });

  it.each([undefined, null, 0, '', { ok: false }])(
    'that comes to %j has succeeded: only false says no',
    async (answer) => {
      const { clock, circuit } = await opened({}, () => answer);
      await clock.advance(10_000);
      expect(circuit.state).toBe('half-open');
    },
  );

  it('that hangs is given up when the next would be due, and what it comes to says nothing', async () => {
    const { clock, runs, circuit, events } = await opened();
    await clock.advance(10_000);
    expect(runs[0]?.signal.aborted).toBe(false);
    await clock.advance(10_000);
    expect(runs[0]?.signal.reason).toBeInstanceOf(TimeoutError);
    expect(events.of('circuit.probed')).toMatchObject([
      {
        passed: false,
        error: { message: 'the probe of Service.method ran out of time: the attempt took longer than 10000 ms' },
      },
    ]);
    runs[0]?.resolve('late');
    await settle();
    expect(circuit.state).toBe('open');
    expect(events.of('circuit.probed')).toHaveLength(1);
    await clock.advance(10_000);
    expect(runs).toHaveLength(2);
  });

  it('never runs twice at a time: one that ignores its signal keeps the next from starting', async () => {
    const { clock, runs, circuit, events } = await opened();
    await clock.advance(55_000);
    expect(runs).toHaveLength(1);
    expect(events.of('circuit.probed')).toHaveLength(1);
    runs[0]?.reject(new Boom('at last'));
    await clock.advance(4999);
    expect([runs.length, circuit.state]).toEqual([1, 'open']);
    circuit.import({ state: 'open', openings: 1, until: null });
    await clock.advance(10_000);
    expect(runs).toHaveLength(2);
  });

  it('that hangs for good does not keep the circuit open: openFor is over after all', async () => {
    const { call, clock, circuit, runs, method } = await opened();
    await clock.advance(60_000);
    expect(circuit.state).toBe('half-open');
    method.does = 'succeed';
    await call();
    expect(circuit.history.map(({ to, at }) => [to, at]).slice(1)).toEqual([
      ['half-open', 61_000],
      ['closed', 61_000],
    ]);
    expect(runs[0]?.signal.aborted).toBe(true);
  });

  it('may be the only way out', async () => {
    const { clock, circuit, runs } = await opened({ openFor: Number.POSITIVE_INFINITY });
    await clock.advance(10_000);
    runs[0]?.reject(new Boom('not yet'));
    await clock.advance(1e9);
    expect(runs).toHaveLength(2);
    circuit.import({ ...circuit.export() });
    runs[1]?.reject(new Boom('given up'));
    await clock.advance(10_000);
    runs[2]?.resolve();
    await settle();
    expect(circuit.state).toBe('half-open');
  });

  it('that is the only way out is so again when a call of the trial hangs', async () => {
    const { call, clock, circuit, runs, method } = await opened({ openFor: Number.POSITIVE_INFINITY });
    await clock.advance(10_000);
    runs[0]?.resolve();
    await settle();
    method.does = 'hang';
    void call();
    await clock.advance(29_999);
    expect(circuit.state).toBe('half-open');
    await clock.advance(1);
    expect(circuit.state).toBe('open');
    await clock.advance(10_000);
    expect(runs).toHaveLength(2);
  });

  it('that ends when the opening is over, though nobody has noticed, says nothing', async () => {
    const { clock, circuit, runs, events } = await opened({ probeEvery: '40s' });
    await clock.advance(40_000);
    clock.skip(25_000);
    runs[0]?.resolve();
    await settle();
    expect(circuit.history.at(-1)).toMatchObject({ to: 'half-open', at: 61_000 });
    expect(events.of('circuit.probed')).toEqual([]);
  });

  it('does not move a circuit that somebody has steered when told of it', async () => {
    const { clock, circuit, runs, runtime } = await opened();
    runtime.events.on('circuit.probed', () => circuit.reset());
    await clock.advance(10_000);
    runs[0]?.resolve();
    await settle();
    expect(circuit.state).toBe('closed');
  });

  it('is due so long after the opening, also when that was noticed late', async () => {
    const { call, clock, circuit, runs, method } = await opened({ halfOpenFor: '1s' });
    await clock.advance(10_000);
    runs[0]?.resolve();
    await settle();
    method.does = 'hang';
    void call();
    await clock.advance(5000);
    expect(circuit.state).toBe('open'); // since 12 000
    await clock.advance(5999);
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect(runs).toHaveLength(2);
  });

  it('leaves nothing behind in the lifetime that it watches', async () => {
    class Watched extends Lifetime {
      watchers = 0;
      override watch(listener: EndListener): () => void {
        const leave = super.watch(listener);
        this.watchers++;
        return () => {
          this.watchers--;
          leave();
        };
      }
    }
    const [closing, lifetime, clock] = [new Watched(), new Lifetime(), new ManualClock()];
    const world = { clock, events: new EventBus(), closing, lifetime, captureStacks: false };
    const circuit = new CircuitBreakerRegistry(world).register('github', { probe: () => false });
    for (let turn = 0; turn < 3; turn++) {
      circuit.import({ state: 'open', openings: 1, until: null });
      await clock.advance(12_000);
      expect(closing.watchers).toBe(1);
      circuit.reset();
      expect(closing.watchers).toBe(0);
    }
  });

  it('of an opening that is over says nothing about the next one', async () => {
    const { call, clock, circuit, runs } = await opened();
    await clock.advance(10_000);
    circuit.reset();
    await outcomes(1, call);
    expect(circuit.state).toBe('open');
    runs[0]?.resolve();
    await settle();
    expect(circuit.state).toBe('open');
    await clock.advance(10_000);
    expect(runs).toHaveLength(2);
  });

  it.each([
    ['is reset', 'reset'],
    ['is forced open', 'forceOpen'],
    ['is forced closed', 'forceClosed'],
    ['is disabled', 'disable'],
    ['only watches', 'metricsOnly'],
  ] as const)('is aborted, and no other comes, when the circuit %s', async (_how, steer) => {
    const { clock, circuit, runs, events } = await opened();
    await clock.advance(10_000);
    circuit[steer]();
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    runs[0]?.reject(new Boom('aborted'));
    await clock.advance(100_000);
    expect(runs).toHaveLength(1);
    expect(events.of('circuit.probed')).toEqual([]);
  });

  it('does not survive its runtime', async () => {
    const { clock, runtime, runs, circuit, call } = await opened();
    await clock.advance(10_000);
    const disposed = runtime.dispose();
    expect(runs[0]?.signal.reason).toBeInstanceOf(RuntimeDisposedError);
    await disposed;
    expect(clock.pending).toBe(0);
    circuit.import({ state: 'open', openings: 1, until: null });
    await expect(call()).rejects.toThrow(RuntimeDisposedError);
    expect(clock.pending).toBe(0);
  });

  it('runs from the start where the circuit begins open, and after an import', async () => {
    const { clock, runs } = probed({ initialState: 'open' });
    await clock.advance(10_000);
    expect(runs).toHaveLength(1);

    const restarted = probed();
    restarted.circuit.import({ state: 'open', openings: 3, until: null });
    await restarted.clock.advance(10_000);
    restarted.runs[0]?.resolve();
    await settle();
    expect(restarted.circuit.export()).toEqual({ state: 'half-open', openings: 3, until: null });
  });

  it('may come with options that an open circuit is given later', async () => {
    const { runtime, clock } = protectForTest(controlled(), { circuitBreaker: 'shared' });
    const circuit = runtime.circuits.get('shared');
    circuit.import({ state: 'open', openings: 1, until: null });
    let runs = 0;
    runtime.circuits.register('shared', { probe: () => runs++ < 0, probeEvery: '1s' });
    await clock.advance(2000);
    expect([runs, circuit.state]).toEqual([2, 'open']);
    expect(circuit.summary).toBe('opens after 5 failures in a row, for 30000 ms, probed every 1000 ms');
  });

  it('gives way to another one', async () => {
    const { clock, circuit, runs, runtime } = await opened();
    await clock.advance(10_000);
    let others = 0;
    const probe = () => others++ < 0;
    runtime.circuits.making.change(circuit, { probe, probeEvery: '15s' }, circuit.name);
    expect(runs[0]?.signal.aborted).toBe(true);
    await clock.advance(20_000);
    expect([runs.length, others]).toEqual([1, 2]);
  });

  it('is told the key of its circuit as it was given', async () => {
    const { call, clock, runs } = probed({
      key: (host: unknown, port: unknown) => (host === 'none' ? undefined : [host, port]),
    });
    for (const args of [
      ['a', 80],
      ['b', 81],
      ['none', 0],
    ])
      await outcomes(1, () => (call as (...args: unknown[]) => Promise<unknown>)(...args));
    await clock.advance(10_000);
    const keys = runs.map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys)).toEqual(new Set([['a', 80], ['b', 81], undefined]));
  });

  it('is part of no call, and of nothing that a caller does', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const look = () => {
      seen.push(requests.getStore(), currentCall());
      return false;
    };
    const { call, clock } = probed({}, look);
    await requests.run('request 1', async () => {
      await outcomes(1, call);
      await clock.advance(10_000);
    });
    expect(seen).toEqual([undefined, undefined]);
  });

  it('does not keep the process alive', async () => {
    const { clock }: { readonly clock: Clock & Pick<ManualClock, 'advance'> } = await opened();
    const held: boolean[] = [];
    clock.hold = (alive) => {
      held.push(alive);
    };
    await clock.advance(30_000);
    expect(clock.pending).toBe(1);
    expect(held).toEqual([]);
  });
});

describe('while a probe may end an opening', () => {
  it('a refusal promises no more than the next probe, and nothing while one runs', async () => {
    const { call, clock, runs } = await opened();
    await clock.advance(4000);
    expect((await rejection(call())).retryAfter).toBe(6000);
    await clock.advance(6000);
    expect((await rejection(call())).retryAfter).toBeUndefined();
    runs[0]?.reject(new Boom('not yet'));
    await clock.advance(45_000);
    expect((await rejection(call())).retryAfter).toBe(5000);
  });

  it('calls wait that outlive the next probe, though not the opening', async () => {
    const { call, clock, runs, method } = await opened({ maxWait: '15s' });
    const waiting = watch(call());
    await settle();
    expect(waiting.state).toBe('pending');
    await clock.advance(10_000);
    method.does = 'succeed';
    runs[0]?.resolve();
    await settle();
    expect(waiting).toMatchObject({ state: 'resolved', value: 'ok' });
  });

  it('calls are refused at once that do not even outlive the next probe', async () => {
    const { call } = await opened({ maxWait: '9s' });
    expect(await rejection(call())).toMatchObject({ name: 'CircuitOpenError', retryAfter: 10_000 });
  });

  it('those who wait stay when a trial fails, as the next probe may come in time', async () => {
    const { call, clock, runs, method } = await opened({ maxWait: '25s' });
    const [first, second] = [watch(call()), watch(call())];
    await clock.advance(10_000);
    runs[0]?.resolve();
    await settle();
    expect([first.state, second.state]).toEqual(['rejected', 'pending']);
    method.does = 'succeed';
    await clock.advance(10_000);
    runs[1]?.resolve();
    await settle();
    expect(second.state).toBe('resolved');
    expect(clock.pending).toBe(0);
  });
});
