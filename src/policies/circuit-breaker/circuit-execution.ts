import {
  type Call,
  type CallOrigin,
  callByHand,
  endable,
  enterCall,
  InvalidOptionsError,
  watchSignal,
} from '../../core/index.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitServices } from './circuit-services.js';
import { Guard } from './guard.js';

/** A function that is run behind a circuit. */
export type Executable<T> = () => PromiseLike<T> | T;

/** Runs a function behind one circuit. */
export type Execute = (fn: Executable<unknown>, signal: AbortSignal | undefined) => Promise<unknown>;

/** Makes what runs functions behind a circuit, each as a call of its own within the call around it. */
export function executor(circuit: CircuitBreaker, services: CircuitServices): Execute {
  const { clock, lifetime, closing } = services;
  const origin: CallOrigin = { site: circuit.name, clock, lifetime, closing };
  const guard = new Guard({ countRejections: false, maxWait: 0 }, services);
  return (fn, signal) => {
    if (typeof fn !== 'function') return Promise.reject(noFunction(circuit.name, fn));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const call = callByHand(origin, signal);
    if (call.halt) return Promise.reject(call.halt.reason);
    const next = endable(() => run(call, fn));
    if (signal === undefined) return guard.pass(circuit, call, next);
    return endedBy(signal, call, () => guard.pass(circuit, call, next));
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
