import { type Call, enterCall, type Next, runAnywhere } from '../core/index.js';

/** Any function that can be protected. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export type AnyFunction = (this: any, ...args: any[]) => unknown;

/** The counters of a method that the innermost step keeps. */
export interface AttemptCount {
  attempts: number;
}

/** The innermost step: runs the method, and turns whatever it does into a native promise. */
export function invoke(method: AnyFunction, count: AttemptCount, everywhere: boolean): Next {
  const run = everywhere
    ? (call: Call) => runAnywhere(call, () => method.apply(call.target, own(call)))
    : (call: Call) => method.apply(call.target, own(call));
  return (call) => {
    count.attempts++;
    call.start();
    if (call.report !== undefined) call.report.attempts++;
    const before = enterCall(call);
    try {
      return Promise.resolve(run(call));
    } catch (error) {
      return Promise.reject(error);
    } finally {
      enterCall(before);
    }
  };
}

function own(call: Call): unknown[] {
  return (call.takesSignal ? call.ownArgs() : call.args) as unknown[];
}
