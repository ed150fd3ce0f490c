import { type Duration, show } from '../core/index.js';

/** Says that a promise was not settled by anything that was due within a limit. */
export function tooLong(limit: Duration, pending: number, due: number | undefined): string {
  const armed = `alarms that are armed: ${pending}${due === undefined ? '' : `, the next due in ${due} ms`}`;
  return `ManualClock.runUntil(): the promise is still pending after ${show(limit)}; ${armed}`;
}

/** Says that nothing is left that could settle a promise. */
export function hung(passed: number): string {
  const why = `the promise is pending, and no alarm is armed that could wake it; ${passed} ms have passed`;
  return `ManualClock.runUntil(): ${why}; what really takes time (a socket, a file, another clock) has to be awaited first`;
}

/** Says that something keeps a clock from ever getting any further. */
export function endless(rung: number, now: number): string {
  const why = `${rung} alarms have rung at ${now} ms, and there is always another one`;
  return `ManualClock: ${why}; something that arms itself anew has to wait for more than nothing`;
}
