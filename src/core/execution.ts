import type { Call } from './call.js';
import { callByHand } from './call-by-hand.js';
import type { CallOrigin } from './call-view.js';
import { watchSignal } from './caller-signal.js';
import { enterCall } from './current-call.js';
import { InvalidOptionsError } from './invalid-options.js';
import type { Next } from './policy.js';
import { endable } from './race.js';

/** A function that is run by hand behind an instance of a policy. */
export type Executable<T> = () => PromiseLike<T> | T;

/** Runs functions behind one instance. */
export type Execute = (fn: Executable<unknown>, signal: AbortSignal | undefined) => Promise<unknown>;

/** Makes what runs functions behind an instance, each as a call of its own within the call around it; `pass` leads a call through it. */
export function executor(origin: CallOrigin, pass: (call: Call, next: Next) => Promise<unknown>): Execute {
  return (fn, signal) => {
    if (typeof fn !== 'function') return Promise.reject(noFunction(origin.site, fn));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const call = callByHand(origin, signal);
    if (call.halt) return Promise.reject(call.halt.reason);
    const next = endable(() => run(call, fn));
    return signal === undefined ? pass(call, next) : endedBy(signal, call, () => pass(call, next));
  };
}

function noFunction(site: string, value: unknown): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'execute()', rule: 'takes a function', value, site });
}

function endedBy(signal: AbortSignal, call: Call, pass: () => Promise<unknown>): Promise<unknown> {
  call.interruptible = true;
  const leave = watchSignal(signal, () => call.end(signal.reason));
  const outcome = pass();
  outcome.then(leave, leave);
  return outcome;
}

function run(call: Call, fn: Executable<unknown>): Promise<unknown> {
  const before = enterCall(call);
  call.start();
  try {
    return Promise.resolve(fn());
  } catch (error) {
    return Promise.reject(error);
  } finally {
    enterCall(before);
  }
}
