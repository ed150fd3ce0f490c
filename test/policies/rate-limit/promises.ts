import type { Limit, Limits } from '../../../src/policies/rate-limit/meters.js';

/** Permits that were given for good. */
export interface Given {
  readonly at: number;
  readonly weight: number;
}

const [rounding, crumb] = [1e-3, 1e-3]; // those of the meters, and what a test may lose beside

/** All that was given. */
export interface Giving {
  readonly given: readonly Given[];
  /** When somebody asked for the first time: the grid of a smooth one starts there. */
  readonly asked: number;
  /** When somebody got something, or took it away, for the first time: that of a fixed window starts there. */
  readonly begun: number;
}

/** By how many permits more was given than some limits promise, in the worst stretch of time. */
export function excess({ all, warmUp }: Limits, giving: Giving): number {
  return Math.max(...all.map((limit) => promises[limit.algorithm](limit, giving, warmUp > 0))) - crumb;
}

type Excess = (limit: Limit, giving: Giving, slowed: boolean) => number;

const promises: { readonly [A in Limit['algorithm']]: Excess } = {
  'token-bucket': ({ limit, per, burst }, { given }) =>
    worst(given, (sum, length) => sum - burst - ((length + rounding) * limit) / per),
  'sliding-window': ({ limit, per }, { given }) =>
    worst(given, (sum, length) => (length < per - rounding ? sum - limit : 0)),
  'fixed-window': ({ limit, per }, { given, begun }, slowed) =>
    slowed
      ? worst(given, (sum, length) => (length < per - rounding ? sum - 2 * limit : 0)) // its periods are longer at first
      : Math.max(0, ...inPeriods(per, given, begun).map((sum) => sum - limit)),
  smooth: ({ limit, per }, { given, asked }) => {
    const ticks = (time: number) => ((time + rounding) * limit) / per;
    let [sum, most] = [0, 0];
    for (const { at, weight } of given) {
      sum += weight;
      most = Math.max(most, sum - 1 - Math.floor(ticks(at - asked)));
    }
    return Math.max(
      most,
      worst(given, (sum, length) => sum - limit - 1 - ticks(length)),
    );
  },
};

/** The most that a rule finds wrong with any stretch from one permit to another. */
function worst(given: readonly Given[], rule: (sum: number, length: number) => number): number {
  let most = 0;
  for (const [index, { at: from }] of given.entries()) {
    let sum = 0;
    for (const { at, weight } of given.slice(index)) {
      sum += weight;
      most = Math.max(most, rule(sum, at - from));
    }
  }
  return most;
}

/** What was given in each period of a grid. */
function inPeriods(per: number, given: readonly Given[], start: number): readonly number[] {
  const sums = new Map<number, number>();
  for (const { at, weight } of given) {
    const period = Math.floor((at - start + rounding) / per);
    sums.set(period, (sums.get(period) ?? 0) + weight);
  }
  return [...sums.values()];
}
