import type { Next } from '../core/index.js';

/** Holds a step from outside to what every step of ours promises: a native promise, and nothing thrown. */
export function guarded(step: Next): Next {
  return (call) => {
    try {
      return Promise.resolve(step(call));
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
