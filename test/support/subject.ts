import {
  type AsyncFunction,
  type GivenPolicies,
  type Protected,
  protect,
  type Runtime,
} from '../../src/runtime/index.js';
import { type ManualClock, RecordedEvents, testRuntime } from '../../src/testing/index.js';

/** A protected function with the world around it in the test's hands. */
export interface Subject<F extends AsyncFunction> {
  readonly call: Protected<F>;
  readonly clock: ManualClock;
  readonly runtime: Runtime;
  readonly events: RecordedEvents;
}

/** Protects a function in a runtime of its own, on a manual clock. */
export function subject<F extends AsyncFunction>(
  policies: GivenPolicies,
  method: F,
  options: Parameters<typeof testRuntime>[0] = {},
): Subject<F> {
  const { clock, runtime } = testRuntime(options);
  const events = new RecordedEvents(runtime);
  return { clock, runtime, events, call: protect(method, policies, { id: 'Service.method', runtime }) };
}

/** What the method throws in tests. */
export class Boom extends Error {
  override readonly name: string = 'Boom';
}

/** Fails with these errors one after the other, then gives the value. */
export function failing<T>(errors: readonly unknown[], value: T): (() => Promise<T>) & { calls: number } {
  const method = async (): Promise<T> => {
    const error = errors[method.calls++];
    if (error !== undefined) throw error;
    return value;
  };
  method.calls = 0;
  return method;
}

/** Never settles, and counts how often it was started. */
export function hanging(): (() => Promise<never>) & { calls: number } {
  const method = (): Promise<never> => {
    method.calls++;
    return new Promise(() => {});
  };
  method.calls = 0;
  return method;
}

/** The outcome of a promise, without waiting for it: `pending`, or what it came to. */
export function watch<T>(promise: Promise<T>): {
  state: 'pending' | 'resolved' | 'rejected';
  value?: T;
  error?: unknown;
} {
  const seen: { state: 'pending' | 'resolved' | 'rejected'; value?: T; error?: unknown } = { state: 'pending' };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: 'rejected', error }),
  );
  return seen;
}
