import { type Moment, type Scene, timesOf } from './course.js';

/** What some seconds of a course came to. */
interface Summary {
  readonly limits: { readonly least: number; readonly most: number };
  /** The limits in order, without repetitions: how it moved. */
  readonly moves: readonly number[];
  /** The median of the medians in ms; NaN when nobody got an answer. */
  readonly median: number;
  /** Calls of all kinds, for each second. */
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
}

/** The last seconds before the step, of the step, and of all. */
export function phases(scene: Scene, moments: readonly Moment[]) {
  const last = 10;
  const times = timesOf(scene);
  return {
    before: summary(moments, times.begin - last, times.begin),
    during: summary(moments, times.end - last, times.end),
    after: summary(moments, times.over - last, times.over),
  };
}

function summary(moments: readonly Moment[], from: number, to: number): Summary {
  const some = moments.filter(({ at }) => at > from && at <= to);
  const limits = some.map(({ limit }) => limit);
  const medians = some.flatMap(({ median }) => median ?? []).sort((a, b) => a - b);
  const each = (count: (moment: Moment) => number) => some.reduce((sum, one) => sum + count(one), 0) / (to - from);
  return {
    limits: { least: Math.min(...limits), most: Math.max(...limits) },
    moves: limits.filter((limit, i) => limit !== limits[i - 1]),
    median: medians[Math.floor(medians.length / 2)] ?? Number.NaN,
    answered: each(({ answered }) => answered),
    refused: each(({ refused }) => refused),
    failed: each(({ failed }) => failed),
  };
}
