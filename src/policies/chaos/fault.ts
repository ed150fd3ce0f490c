import { isPermanent, isTransient, markPermanent, markTransient } from '../../core/index.js';
import type { ChaosFunction } from './chaos-function.js';

/** An error, of which every attempt fails with a copy; a class of errors; or a function that gives the error, undefined for none. */
export type Fault = Error | FaultClass | ChaosFunction<Error | undefined>;

/** A class of errors that are made from a message. */
export type FaultClass = new (message: string) => Error;

/** Reads what an attempt is to fail with; undefined where that is nothing to fail with. */
export function readFault(fault: Fault): ChaosFunction<Error | undefined> | undefined {
  if (isFaultClass(fault)) return ({ site }) => new fault(`${site} failed: @Chaos injected this error`);
  if (typeof fault === 'function') return isOtherClass(fault) ? undefined : fault;
  return isError(fault) && canBeCopied(fault) ? () => copyOf(fault) : undefined;
}

/** Tells whether something is an error, also one of another realm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/**
 * An error like another one, with a stack of its own. A callee that fails throws a new error each time: one object for all calls would carry
 * what is noted beside it, such as that its retries are used up, from one of them into the others.
 */
function copyOf(error: Error): Error {
  const { stack: _, ...properties } = Object.getOwnPropertyDescriptors(error);
  const copy: Error = Object.setPrototypeOf(new Error(error.message), Object.getPrototypeOf(error));
  Object.defineProperties(copy, properties);
  Error.captureStackTrace(copy, copyOf);
  if (isPermanent(error)) markPermanent(copy);
  if (isTransient(error)) markTransient(copy);
  return copy;
}

/** Some errors, such as a DOMException, keep what they are where no copy has it, and throw when a copy is asked. */
function canBeCopied(error: Error): boolean {
  try {
    const { name, message } = copyOf(error);
    return name === error.name && message === error.message;
  } catch {
    return false;
  }
}

function isFaultClass(value: unknown): value is FaultClass {
  return typeof value === 'function' && (value === Error || value.prototype instanceof Error);
}

function isOtherClass(value: (...args: never) => unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
