import { AsyncLocalStorage } from 'node:async_hooks';
import type { Call } from './call.js';
import { letEnd } from './call-life.js';
import type { CurrentCall } from './call-view.js';

let current: Call | undefined;
let anywhere: AsyncLocalStorage<Call> | undefined;
const outside = AsyncLocalStorage.snapshot(); // the context in which this module was loaded: that of no request

/**
 * The protected call that is running now: valid from the method's start to its first `await`, so read it there and keep it.
 * In a runtime with `asyncContext: true` it is valid anywhere beneath the method.
 */
export function currentCall(): CurrentCall | undefined {
  const call = surroundingCall();
  if (call) letEnd(call); // whoever holds it may cancel it all
  return call;
}

/** The call that a new call is made in, if it can be seen from here. */
export function surroundingCall(): Call | undefined {
  return anywhere === undefined ? current : (current ?? anywhere.getStore());
}

/** Makes a call the current one, until the one that was before is put back. */
export function enterCall(call: Call | undefined): Call | undefined {
  const before = current;
  current = call;
  return before;
}

/** Runs something with `call` as the current one, here and in everything that it awaits. */
export function runAnywhere<T>(call: Call, run: () => T): T {
  anywhere ??= new AsyncLocalStorage();
  return anywhere.run(call, run);
}

/** Keeps the async context that it is called in: the returned function runs something in that, whoever calls it. */
export function keepContext(): <T>(run: () => T) => T {
  return AsyncLocalStorage.snapshot();
}

/** Runs something as part of no call and in no caller's async context, so that it keeps nothing of the caller alive. */
export function runOutside<T>(run: () => T): T {
  const before = enterCall(undefined);
  try {
    return outside(run);
  } finally {
    enterCall(before);
  }
}
