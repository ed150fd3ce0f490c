import type { Call } from './call.js';

const calls = new WeakMap<AbortSignal, Call>();

/** Makes a signal carry its call further. */
export function carry(signal: AbortSignal, call: Call): void {
  calls.set(signal, call);
}

/** The call whose attempt was given this signal. */
export function callBehind(signal: AbortSignal): Call | undefined {
  return calls.get(signal);
}
