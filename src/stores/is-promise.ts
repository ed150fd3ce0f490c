import type { Awaitable } from '../policies/cache/index.js';

/** Tells whether an answer comes later; one of another realm is no `Promise` here. */
export function isPromise<T>(answer: Awaitable<T>): answer is Promise<T> {
  return typeof (answer as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
