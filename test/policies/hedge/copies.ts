import { currentCall } from '../../../src/core/index.js';
import type { HedgeOptions } from '../../../src/policies/hedge/index.js';
import type { GivenPolicies } from '../../../src/runtime/index.js';
import { ManualClock, protectForTest } from '../../../src/testing/index.js';

/** What one run of the method does. */
export interface Script {
  /** Milliseconds; Infinity for never. */
  readonly takes?: number;
  readonly gives?: unknown;
  /** What it throws instead. */
  readonly fails?: unknown;
  /** Goes on when its signal aborts. */
  readonly deaf?: boolean;
}

/** One run of the method, as it saw itself. */
export interface Run {
  /** Milliseconds after the test began. */
  readonly at: number;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** A hedged method whose runs do one after the other what the script says, and hang when it has ended. No budget, unless one is given. */
export function hedged(options: Partial<HedgeOptions>, script: readonly Script[], others: GivenPolicies = {}) {
  const runs: Run[] = [];
  const method = (_signal?: AbortSignal): Promise<unknown> => {
    const call = currentCall();
    if (call === undefined) throw new Error('a method without a call');
    const { attempt, signal } = call;
    const todo = script[runs.length] ?? { takes: Number.POSITIVE_INFINITY };
    runs.push({ at: world.clock.now() - begun, attempt, signal });
    return play(todo, signal);
  };
  const play = ({ takes = 0, gives, fails, deaf = false }: Script, signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const end = () => (fails === undefined ? resolve(gives) : reject(fails));
      if (takes === 0) return end();
      const stop = takes === Number.POSITIVE_INFINITY ? undefined : world.clock.later(takes, end);
      if (deaf) return;
      signal.addEventListener('abort', () => {
        stop?.();
        reject(signal.reason);
      });
    });
  const policies = { hedge: { idempotent: true, budget: false, ...options } satisfies HedgeOptions, ...others };
  const world = protectForTest(method, policies, { clock: new ManualClock({ together: true }) });
  const begun = world.clock.now();
  return { ...world, runs, stats: () => statsOf(world.runtime) };
}

/** The counters of the one Hedge of a runtime. */
export function statsOf(
  runtime: ReturnType<typeof protectForTest>['runtime'],
): Readonly<Record<string, number>> | undefined {
  const [prepared] = runtime.methods();
  return prepared?.policies.find(({ kind }) => kind === 'hedge')?.stats;
}
