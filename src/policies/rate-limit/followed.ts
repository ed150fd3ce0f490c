import type { Answer, Clock } from '../../core/index.js';
import { Combined } from './combined.js';
import type { Meter } from './meter.js';
import { readTold, ToldLimits } from './told/index.js';

/** The limits that a limiter was given, and beside them what its server told: a permit is one of both. */
class Followed extends Combined {
  readonly own: Meter;
  readonly told: ToldLimits;

  constructor(own: Meter, told: ToldLimits) {
    super([own, told]);
    this.own = own;
    this.told = told;
  }

  /** What the server told is worth keeping while it holds somebody up; all else it tells again. */
  override atRest(now: number): boolean {
    return this.own.atRest(now) && this.told.fits(1, now);
  }

  /** What somebody takes away is ours: the server's count is its own. */
  override keep(permits: number, now: number): void {
    this.own.keep(permits, now);
  }
}

/** A meter that keeps to what an answer told as well; undefined where that changes nobody's turn. */
export function following(meter: Meter, { status, headers }: Answer, clock: Clock): Meter | undefined {
  const told = readTold(status, headers, clock.wallNow());
  if (told.pausedFor === undefined && told.windows.length === 0) return undefined; // most answers tell nothing
  const followed = meter instanceof Followed ? meter : new Followed(meter, new ToldLimits());
  return followed.told.adopt(told, clock.now()) ? followed : undefined;
}

/** The limits that a limiter was given. */
export function ownOf(meter: Meter): Meter {
  return meter instanceof Followed ? meter.own : meter;
}

/** A meter with other limits of its own; what the server told goes on. */
export function withOwn(meter: Meter, own: Meter): Meter {
  return meter instanceof Followed ? new Followed(own, meter.told) : own;
}
