import type { ArmedScript } from './fault-script.js';

/** A stretch of time in which the same faults are in force. */
export interface Stretch {
  /** 0 for the first phase of the script. */
  readonly phase: number;
  /** Which run through the script this is, 1 for the first. */
  readonly round: number;
  /** Monotonic milliseconds at which it begins, and ends. */
  readonly from: number;
  readonly until: number;
}

/** Tells where in a script that began at `startedAt` a moment lies; undefined once it is over. */
export function stretchAt({ phases, repeat }: ArmedScript, startedAt: number, now: number): Stretch | undefined {
  const length = phases.reduce((sum, { lasts }) => sum + lasts, 0);
  const round = Math.floor((now - startedAt) / length);
  // where fractions are rounded, a moment may lie behind the end of the round that it is counted to
  return [round, round + 1]
    .filter((candidate) => candidate < repeat)
    .flatMap((candidate) => stretchesOf(phases, startedAt + candidate * length, candidate))
    .find(({ until }) => now < until);
}

function stretchesOf(phases: ArmedScript['phases'], startedAt: number, round: number): readonly Stretch[] {
  let from = startedAt;
  return phases.map(({ lasts }, phase) => {
    const stretch = { phase, round: round + 1, from, until: from + lasts };
    from = stretch.until;
    return stretch;
  });
}
