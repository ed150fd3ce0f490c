import { Combined } from './combined.js';
import { FixedWindow } from './fixed-window.js';
import type { LimitMeter, Meter, Shape } from './meter.js';
import { SlidingWindow } from './sliding-window.js';
import { Smooth } from './smooth.js';
import { TokenBucket } from './token-bucket.js';
import { WarmingUp } from './warming-up.js';

const meters = {
  'token-bucket': (shape: Shape): LimitMeter => new TokenBucket(shape),
  'sliding-window': (shape: Shape): LimitMeter => new SlidingWindow(shape),
  'fixed-window': (shape: Shape): LimitMeter => new FixedWindow(shape),
  smooth: (shape: Shape): LimitMeter => new Smooth(shape),
};

/** How permits are counted. */
export type Algorithm = keyof typeof meters;

/** One of the limits that a limiter keeps to. */
export interface Limit extends Shape {
  readonly algorithm: Algorithm;
}

/** All that a limiter keeps to. */
export interface Limits {
  /** At least one; a permit is one of each. */
  readonly all: readonly Limit[];
  /** Milliseconds that it takes to warm up; 0 when it need not. */
  readonly warmUp: number;
}

/** Makes the meter for some limits, with all the permits that there are at the start. */
export function newMeter({ all, warmUp }: Limits): Meter {
  const meter = joined(all.map(newLimitMeter));
  return warmUp > 0 ? new WarmingUp(meter, warmUp) : meter;
}

/** Gives a meter other limits: the same one, or another with as many permits as there are. */
export function changeMeter(meter: Meter, before: Limits, after: Limits, now: number): Meter {
  if (before.warmUp !== after.warmUp) return exchanged(meter, newMeter(after), now);
  if (!(meter instanceof WarmingUp)) return changed(meter, before.all, after.all, now);
  meter.change((inner, own) => changed(inner, before.all, after.all, own), now);
  return meter;
}

/** What counts by the same algorithm goes on; what is new has all its permits, unless it takes the place of something. */
function changed(meter: Meter, before: readonly Limit[], after: readonly Limit[], now: number): Meter {
  const there = meter.available(now);
  const old = meter instanceof Combined ? meter.meters : [meter];
  const spare = before.map((limit, index) => ({ limit, meter: old[index] as LimitMeter }));
  const fresh: Meter[] = [];
  const all = after.map((limit) => {
    const kept = takeLike(limit, spare);
    kept?.change(limit, now);
    if (kept === undefined) fresh.push(newLimitMeter(limit));
    return kept ?? (fresh.at(-1) as Meter);
  });
  if (spare.length > 0) for (const meter of fresh) meter.keep(there, now);
  return joined(all);
}

interface Known {
  readonly limit: Limit;
  readonly meter: LimitMeter;
}

/** Takes out the one that counts by the same algorithm, preferably over the same period. */
function takeLike({ algorithm, per }: Limit, spare: Known[]): LimitMeter | undefined {
  const like = spare.filter(({ limit }) => limit.algorithm === algorithm);
  const best = like.find(({ limit }) => limit.per === per) ?? like[0];
  if (best === undefined) return undefined;
  spare.splice(spare.indexOf(best), 1);
  return best.meter;
}

function newLimitMeter(limit: Limit): LimitMeter {
  return meters[limit.algorithm](limit);
}

function joined(all: readonly Meter[]): Meter {
  const [only] = all;
  return only !== undefined && all.length === 1 ? only : new Combined(all);
}

function exchanged(meter: Meter, other: Meter, now: number): Meter {
  other.keep(meter.available(now), now);
  return other;
}
