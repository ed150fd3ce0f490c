import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DetailedResult, isRejected, isResilienceError } from '../../decorators/index.js';
import type { Answer } from './any-mixture/callee.js';
import { repeats } from './any-mixture/mixture.js';
import { outcomeOf, type Scene, Stage, scenes, type Watched } from './any-mixture/scene.js';

const unhandled: unknown[] = [];
const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
const note = (reason: unknown) => void unhandled.push(reason);

beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  warnings.mockRestore();
});

/** Plays a scene to its end. */
async function played(scene: Scene): Promise<Stage> {
  const stage = new Stage(scene);
  for (const step of scene.steps) await stage.play(step);
  if (scene.end === 'leave') {
    const staying = stage.pending.filter(({ controller }) => controller === undefined);
    stage.leaveAll();
    if (staying.length === 0 && !scene.mixture.cached) expect(waitingOf(stage)).toEqual(nobody); // in that very tick
  }
  await stage.finish();
  return stage;
}

const nobody = { circuits: 0, limiters: 0, bulkheads: 0 };

/** Who waits for a trial, a permit or a slot. */
function waitingOf({ runtime }: Stage) {
  const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, one) => all + one, 0);
  return {
    circuits: sum([...runtime.circuits.entries()].map(([, { stats }]) => stats.waiting)),
    limiters: sum([...runtime.limiters.entries()].map(([, { stats }]) => stats.waiting)),
    bulkheads: sum([...runtime.bulkheads.entries()].map(([, { queued }]) => queued)),
  };
}

/** What is still held, by whomever. */
function heldBy(stage: Stage) {
  const { runtime, clock, callee } = stage;
  const [prepared] = runtime.methods();
  const { calls = 0, successes = 0, failures = 0, cancelled = 0 } = prepared?.stats ?? {};
  const statsOf = (kind: string) =>
    prepared?.policies.filter((policy) => policy.kind === kind).map(({ stats }) => stats);
  return {
    ...waitingOf(stage),
    alarms: clock.pending,
    listeners: stage.listeners,
    running: callee.running,
    calls: calls - successes - failures - cancelled,
    slots: [...runtime.bulkheads.entries()].map(([, { running }]) => running).filter(Boolean),
    places: [...runtime.circuits.entries()].map(([, { stats }]) => stats.inFlight).filter(Boolean),
    throttled: [...runtime.throttles.entries()].map(([, { isBusy }]) => isBusy).filter(Boolean),
    flights: statsOf('dedup')?.filter((stats) => stats.inFlight !== 0),
    zombies: statsOf('timeout')?.filter((stats) => stats.zombies !== 0),
    hedges: statsOf('hedge')?.filter(({ started, won, lost, failed }) => started !== won! + lost! + failed!),
    extras: balancesOf(stage).filter((balance) => balance !== 1),
  };
}

const nothing = {
  ...nobody,
  alarms: 0,
  listeners: 0,
  running: 0,
  calls: 0,
  slots: [],
  places: [],
  throttled: [],
  flights: [],
  zombies: [],
  hedges: [],
  extras: [],
};

/** How the budgets by what is in flight stand: one more at rest, with a share of a half and no floor. */
function balancesOf({ runtime }: Stage): number[] {
  const inFlight = [...runtime.budgets.entries()].filter(([, { summary }]) => summary.includes('in flight'));
  return inFlight.map(([, { stats }]) => stats.balance);
}

/** Tells whether what a call was rejected with may be: its caller's reason, what the callee threw, or an error of ours. */
function isRightError({ callee }: Stage, call: Watched, error: unknown): boolean {
  const { signal } = call.controller ?? {};
  if ('left' in call) return error === call.left;
  if (signal?.aborted && error === signal.reason) return true; // it had left before it called
  return callee.errors.has(error) || callee.reasons.has(error) || isResilienceError(error);
}

/** Tells whether a call was ended from outside: by its caller, or by the callee for good. */
function isEnded({ callee }: Stage, call: Watched): boolean {
  const { error } = outcomeOf(call);
  return (
    'left' in call ||
    callee.reasons.has(error) ||
    (call.controller?.signal.aborted === true && error === call.controller.signal.reason)
  );
}

/** What happens in so many scenes that mixtures without any of it would prove nothing. */
const usual = [
  'bulkhead.queued',
  'cache.hit',
  'chaos.injected',
  'circuit.refused',
  'dedup.joined',
  'fallback.applied',
  'hedge.won',
  'rateLimit.waited',
  'retry.scheduled',
  'throttle.refused',
  'timeout.struck',
];

describe('under any mixture of policies, callees and callers', () => {
  const check = (judge: (stage: Stage, scene: Scene) => void | Promise<void>, given: Partial<Scene> = {}) =>
    fc.assert(
      fc.asyncProperty(scenes, async (drawn) => {
        const scene = { ...drawn, ...given };
        await judge(await played(scene), scene);
      }),
      { numRuns: 300 },
    );

  it('every call settles: with an answer that nobody has given back, or an error that its caller can make sense of', async () => {
    await check((stage) => {
      expect(stage.pending).toEqual([]);
      for (const call of stage.calls) {
        const { value, error } = outcomeOf(call);
        if (error === undefined)
          expect([stage.callee.answers.has(value as Answer), (value as Answer).disposed]).toEqual([true, 0]);
        else expect(isRightError(stage, call, error)).toBe(true);
      }
      expect([...stage.callee.answers].filter((answer) => answer.disposed > 1)).toEqual([]);
    });
  });

  it('whoever leaves is told so with its own reason, before time moves', async () => {
    await check(
      (stage) => {
        expect(stage.calls.filter((call) => 'left' in call && outcomeOf(call).error !== call.left)).toEqual([]);
        expect(stage.keptWaiting).toEqual([]);
      },
      { end: 'leave' },
    );
  });

  it('nothing is held in the end, and nothing begins any more', async () => {
    await check(async (stage, { mixture }) => {
      const { callee, clock, runtime } = stage;
      expect(heldBy(stage)).toEqual(nothing);
      if (!mixture.cached) expect(stage.alarmsAtRest).toBe(0); // a refresh goes on when all callers have their answers
      const aborted = () => [...callee.signals].filter((signal) => signal.aborted).length;
      const before = [callee.calls, aborted()];
      await runtime.dispose();
      await clock.advance(3_600_000);
      expect([callee.calls, aborted()]).toEqual(before);
    });
  });

  it('no rejection goes unhandled, and nothing is told as a mistake', async () => {
    await check(() => {
      expect([unhandled.splice(0), warnings.mock.calls.splice(0)]).toEqual([[], []]);
    });
  });

  it('no call takes more attempts or time than explain() says', async () => {
    await check(({ calls, bounds }, { mixture }) => {
      for (const { seen } of calls.filter(({ detailed }) => detailed)) {
        const { attempts, elapsed } = seen.value as DetailedResult<unknown>;
        expect(attempts).toBeLessThanOrEqual(bounds.attempts);
        if (mixture.fallback?.how !== 'late') expect(elapsed).toBeLessThanOrEqual(bounds.duration);
      }
    });
  });

  it('nobody who left is given a substitute, or repeats or hedges the call', async () => {
    await check(
      ({ events, callee, reasons }) => {
        const ends = new Set([...reasons, ...callee.reasons]);
        for (const name of ['fallback.applied', 'retry.scheduled', 'hedge.started'] as const) {
          expect(events?.of(name).filter(({ error }) => ends.has(error))).toEqual([]);
        }
      },
      { watched: true },
    );
  });

  it('no refusal of ours is repeated unless that is asked for, or hedged, and no run begins for a call that has ended', async () => {
    const told = new Set<string>();
    await check(
      ({ events, callee }, { mixture }) => {
        for (const name of events?.names ?? []) told.add(name);
        const names = mixture.retry && repeats[mixture.retry.repeats].names;
        const repeated = events?.of('retry.scheduled').map(({ error }) => error) ?? [];
        expect(repeated.filter((error) => isRejected(error) && !names?.(error))).toEqual([]);
        expect(events?.of('hedge.started').filter(({ error }) => isRejected(error))).toEqual([]);
        expect(callee.tooLate).toBe(0);
      },
      { watched: true },
    );
    expect([...told]).toEqual(expect.arrayContaining(usual));
  });

  it('every call is counted once, and as cancelled where it was ended from outside', async () => {
    await check((stage) => {
      const { calls } = stage;
      const [{ stats } = { stats: undefined }] = stage.runtime.methods();
      expect(stats?.calls).toBe(calls.length);
      expect(stats?.successes).toBe(calls.filter((call) => outcomeOf(call).error === undefined).length);
      expect(stats?.cancelled).toBe(calls.filter((call) => isEnded(stage, call)).length);
    });
  });
});
