import type { Call } from '../../core/index.js';
import type { Bulkhead } from './bulkhead.js';
import type { OverloadJudge } from './overload.js';
import { RoundTrip } from './round-trip.js';

/** Starts what slots were taken for, and gives them back when it settles; an adaptive bulkhead learns how it fared. */
export function hold<T>(
  bulkhead: Bulkhead,
  weight: number,
  call: Call,
  judge: OverloadJudge,
  start: (call: Call) => Promise<T>,
): Promise<T> {
  const { adaptation } = bulkhead;
  if (adaptation !== undefined) return watched(new RoundTrip(bulkhead, adaptation, weight, call, judge), start(call));
  const leave = weight === 1 ? bulkhead.leave : () => bulkhead.release(weight);
  const outcome = start(call);
  outcome.then(leave, leave);
  return outcome;
}

function watched<T>(trip: RoundTrip, outcome: Promise<T>): Promise<T> {
  outcome.then(
    () => trip.succeeded(),
    (error) => trip.failed(error),
  );
  return outcome;
}
