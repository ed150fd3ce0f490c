import type { TestRunner } from './test-runner.js';

/** Something that is expected of what is on trial, as the name of a test, with the test. */
export interface Demand<Trial, Claim extends string = never> {
  readonly title: string;
  /** Only of those that claim this. */
  readonly of?: Claim;
  readonly check: (trial: Trial) => Promise<void>;
}

/** Demands by what they are about. */
export type DemandGroups<Trial, Claim extends string> = Readonly<Record<string, readonly Demand<Trial, Claim>[]>>;

/** Makes what one test is about, and clears it up. */
export interface Bench<Trial> {
  set(): Promise<Trial>;
  clear(trial: Trial): unknown;
}

/** The milliseconds that a test may take, with hundreds of operations one after the other. */
const longest = 60_000;

/** Declares a test of its own for each demand that is claimed. */
export function declareDemands<Trial, Claim extends string>(
  { describe, it }: TestRunner,
  groups: DemandGroups<Trial, Claim>,
  claimed: Readonly<Record<Claim, boolean>>,
  bench: Bench<Trial>,
): void {
  for (const [group, demands] of Object.entries(groups)) {
    const fitting = demands.filter(({ of }) => of === undefined || claimed[of]);
    if (fitting.length === 0) continue;
    describe(group, () => {
      for (const { title, check } of fitting) it(title, () => tried(bench, check), longest);
    });
  }
}

/** A test that failed is told as it failed, however clearing up after it went. */
async function tried<Trial>(bench: Bench<Trial>, check: (trial: Trial) => Promise<void>): Promise<void> {
  const trial = await bench.set();
  const [tested] = await Promise.allSettled([check(trial)]);
  const [cleared] = await Promise.allSettled([(async () => bench.clear(trial))()]);
  if (tested.status === 'rejected') throw tested.reason;
  if (cleared.status === 'rejected') throw cleared.reason;
}
