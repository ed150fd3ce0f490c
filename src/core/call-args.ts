import type { Call } from './call.js';
import { isNoted, signalMark } from './call-marks.js';
import { withSignal } from './caller-signal.js';

/** The arguments for the method itself: where the caller's signal stood, that of the attempt. */
export function argsFor(call: Call): readonly unknown[] {
  return isNoted(call, signalMark) ? withSignal(call.args, call.signal) : call.args;
}
