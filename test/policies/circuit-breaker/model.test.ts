import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CircuitBreakerOptions } from '../../../src/policies/circuit-breaker/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { ReferenceCircuit, type ReferenceTerms } from './reference-circuit.js';

/** Milliseconds that often meet exactly what is due. */
const time = (most: number) => fc.integer({ min: 1, max: most / 10 }).map((tens) => tens * 10);

/** One thing that happens: a call begins, one of those under way comes to an end, or the probe does, or time passes. */
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ does: 'call' } as const) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('fail' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('succeed' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('pass' as const), time: time(60) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('look away' as const), time: time(400) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('probe' as const), passes: fc.boolean() }) },
);

const window = fc.option(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom('50ms' as const, '200ms' as const)), {
  nil: undefined,
});

const circuitOptions = fc
  .record({
    failureThreshold: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    failureRate: fc.option(fc.constantFrom(0.3, 0.5, 0.75, 1), { nil: undefined }),
    window,
    minimumCalls: fc.integer({ min: 1, max: 4 }),
    rateOver: fc.constantFrom('settled' as const, 'started' as const),
    openFor: time(100),
    halfOpenFor: fc.option(time(100), { nil: undefined }),
    halfOpenCalls: fc.integer({ min: 1, max: 4 }),
    successThreshold: fc.integer({ min: 1, max: 4 }),
    probeEvery: fc.option(time(60), { nil: undefined }),
  })
  .map(({ window, failureThreshold, probeEvery, halfOpenFor, minimumCalls, successThreshold, ...options }) => {
    const most = typeof window === 'number' ? window : Number.POSITIVE_INFINITY;
    return {
      ...options,
      window,
      // Nothing wakes a trial when a call in it takes too long: probes would begin when somebody looks.
      ...(probeEvery === undefined || probeEvery >= options.openFor
        ? { halfOpenFor, probeEvery: undefined }
        : { halfOpenFor: 1e9, probeEvery }),
      failureThreshold: failureThreshold === undefined ? undefined : Math.min(failureThreshold, most),
      minimumCalls: Math.min(minimumCalls, most),
      successThreshold: Math.min(successThreshold, options.halfOpenCalls),
    };
  });

type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;
type Options = typeof circuitOptions extends fc.Arbitrary<infer O> ? O : never;

/** What the documentation makes of the options. */
function termsOf({ failureThreshold, failureRate, window, rateOver, probeEvery, ...options }: Options): ReferenceTerms {
  const usual = failureRate === undefined ? Math.min(5, typeof window === 'number' ? window : 5) : undefined;
  const threshold = failureThreshold ?? usual;
  return {
    ...(threshold !== undefined && { [window === undefined ? 'consecutive' : 'failures']: threshold }),
    ...(failureRate !== undefined && { failureRate }),
    window:
      typeof window === 'string'
        ? { time: Number.parseInt(window, 10) }
        : { calls: window ?? (failureRate === undefined ? 1e9 : 100) },
    overStarted: rateOver === 'started',
    minimumCalls: options.minimumCalls,
    openFor: options.openFor,
    halfOpenCalls: options.halfOpenCalls,
    successThreshold: options.successThreshold,
    halfOpenFor: options.halfOpenFor ?? options.openFor,
    ...(probeEvery !== undefined && { probeEvery }),
  };
}

/** A call that is under way, in the circuit and in the reference. */
interface Running {
  readonly modelled: ReturnType<ReferenceCircuit['start']>;
  readonly caller: AbortController;
  resolve(): void;
  reject(error: unknown): void;
}

/** What the end of a call says. */
const said = { fail: 'failure', succeed: 'success', abort: 'neutral' } as const;

/** A circuit and its reference, side by side. */
function sideBySide(options: Options) {
  const starts: Pick<Running, 'resolve' | 'reject'>[] = [];
  const method = (_signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => starts.push({ resolve: () => resolve('ok'), reject }));
  let probes = 0;
  const probing: Pick<Running, 'resolve' | 'reject'>[] = [];
  const probe = () => {
    probes++;
    return new Promise((resolve, reject) => probing.push({ resolve: () => resolve('well'), reject }));
  };
  const given = { ...options, ...(options.probeEvery !== undefined && { probe }) };
  const { call, clock, runtime } = protectForTest(method, { circuitBreaker: given as CircuitBreakerOptions });
  const reference = new ReferenceCircuit(termsOf(options), clock.now());
  const circuit = runtime.circuits.get('Service.method');
  const running: Running[] = [];

  async function begin(): Promise<void> {
    const caller = new AbortController();
    const modelled = reference.start();
    const outcome = call(caller.signal).then(
      () => undefined,
      (error) => error,
    );
    await settle();
    const started = starts.pop();
    if ('retryAfter' in modelled)
      expect(await outcome).toMatchObject({ name: 'CircuitOpenError', retryAfter: modelled.retryAfter });
    expect(started === undefined).toBe('retryAfter' in modelled);
    if (started) running.push({ modelled, caller, ...started });
  }

  async function end(which: number, how: 'fail' | 'succeed' | 'abort'): Promise<void> {
    const [ended] = running.splice(which % Math.max(1, running.length), 1);
    if (!ended || 'retryAfter' in ended.modelled) return;
    reference.settle(ended.modelled, said[how]);
    if (how === 'fail') ended.reject(new Boom('x'));
    else if (how === 'succeed') ended.resolve();
    else ended.caller.abort();
    await settle();
  }

  async function endProbe(passes: boolean): Promise<void> {
    expect(probing.length).toBeLessThanOrEqual(1);
    const ended = probing.pop();
    if (ended === undefined) return;
    reference.settleProbe(passes);
    if (passes) ended.resolve();
    else ended.reject(new Boom('ill'));
    await settle();
  }

  function compare(): void {
    expect(probes).toBe(reference.probes);
    expect(circuit.state).toBe(reference.state);
    expect(circuit.history.map(({ to, at }) => ({ to, at }))).toEqual(reference.moves.slice(-100));
    const { calls, failures, inFlight } = circuit.stats;
    expect({ calls, failures, inFlight }).toEqual({
      calls: reference.calls,
      failures: reference.failures,
      inFlight: reference.inFlight,
    });
  }

  /** Without a probe no timer is needed: time passes without anybody noticing. */
  async function pass(time: number): Promise<void> {
    reference.advance(time);
    if (options.probeEvery === undefined) clock.skip(time);
    else await clock.advance(time);
  }

  /** Makes one thing happen; when nobody looks, what was due must not depend on who looked when. */
  async function happen(happens: Happening): Promise<void> {
    if (happens.does === 'look away') return pass(happens.time);
    if (happens.does === 'pass') await pass(happens.time);
    else if (happens.does === 'probe') await endProbe(happens.passes);
    else if (happens.does === 'call') await begin();
    else await end(happens.which, happens.does);
    compare();
  }

  return happen;
}

describe('a circuit', () => {
  it('agrees with a naive reference under any interleaving of calls, results, leaving callers, probes and time', async () => {
    const run = async (options: Options, happenings: readonly Happening[]) => {
      const happen = sideBySide(options);
      for (const happens of happenings) await happen(happens);
    };
    const happenings = fc.array(happening, { minLength: 10, maxLength: 60 });
    await fc.assert(fc.asyncProperty(circuitOptions, happenings, run), { numRuns: 500 });
  }, 60_000);
});
