import { Call } from './call.js';
import { endableMark, isNoted, racedMark, retriedMark, signalMark } from './call-marks.js';
import type { CallOrigin } from './call-view.js';

/** A call that is made within another, or that brings its caller's signal as its last argument. */
export function linkedCall(
  origin: CallOrigin,
  target: unknown,
  args: readonly unknown[],
  outer: Call | undefined,
  takesSignal: boolean,
): Call {
  const own = takesSignal ? signalMark | endableMark : 0;
  const inherited = outer === undefined ? 0 : endableMark | (outer.marks & (retriedMark | racedMark));
  return new Call(origin, target, args, outer, own | inherited);
}

/** The same invocation on behalf of nobody in particular: under no caller's signal or deadline; it matters as much as the call itself. */
export function detachedCall(call: Call): Call {
  const { origin, target, args, priority } = call;
  const detached = linkedCall(origin, target, args, undefined, isNoted(call, signalMark));
  if (priority !== 'normal') detached.priority = priority;
  detached.interruptible = true;
  detached.report = call.report;
  return detached;
}
