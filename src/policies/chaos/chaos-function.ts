import type { CurrentCall } from '../../core/index.js';

/** A function of the call and the method's arguments, `this` being the instance; `currentCall()` is valid until its first `await`. */
// biome-ignore lint/suspicious/noExplicitAny: a method's instance and arguments are unknowable here
export type ChaosFunction<T> = (this: any, call: CurrentCall, ...args: any[]) => T;
