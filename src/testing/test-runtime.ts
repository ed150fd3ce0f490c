import { type Random, seededRandom } from '../core/index.js';
import { Runtime, type RuntimeOptions } from '../runtime/index.js';
import { ManualClock } from './manual-clock.js';

/** A runtime whose time and chance are the test's. */
export interface TestRuntime {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
}

/** Makes a runtime on a manual clock, with chance from a seed. */
export function testRuntime({
  seed = 1,
  random = seededRandom(seed),
  ...options
}: Omit<RuntimeOptions, 'clock'> & { readonly seed?: number } = {}): TestRuntime {
  const clock = new ManualClock();
  return { clock, runtime: new Runtime({ ...options, clock, random }) };
}

/** Chance that gives these numbers in turn, again and again. */
export function sequence(...numbers: readonly [number, ...number[]]): Random {
  let next = 0;
  return { next: () => numbers[next++ % numbers.length] as number };
}
