import { InvalidOptionsError } from '../../core/index.js';

/** What has become of a promise so far. */
export interface Watched<T> {
  readonly state: 'pending' | 'resolved' | 'rejected';
  /** What it resolved to. */
  readonly value?: T;
  /** What it was rejected with. */
  readonly error?: unknown;
}

/**
 * Tells what has become of a promise, without waiting for it; its rejection counts as seen. Throws InvalidOptionsError for what is no promise.
 *
 * ```ts
 * const charging = watch(payments.charge(order));
 * await clock.advance('1s');
 * assert.equal(charging.state, 'pending');
 * ```
 */
export function watch<T>(promise: PromiseLike<T>): Watched<T> {
  mustBePromise('watch()', promise);
  const seen: Watched<T> = { state: 'pending' };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error: unknown) => Object.assign(seen, { state: 'rejected', error }),
  );
  return seen;
}

/** Refuses anything but a promise, such as a function that was not called. */
export function mustBePromise(decorator: string, value: unknown): void {
  if (typeof Object(value).then === 'function') return;
  throw new InvalidOptionsError({ decorator, rule: 'takes a promise', value });
}
