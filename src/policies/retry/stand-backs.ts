import { type Call, rootOf } from '../../core/index.js';

const counts = new WeakMap<Call, number>();

/** Notes that a Retry stood back, for every call that it was made in: whichever of these is repeated knows of it. */
export function noteStandBack(call: Call): void {
  for (let around = call.outer; around; around = rootOf(around).outer) {
    const root = rootOf(around);
    counts.set(root, standBacksWithin(root) + 1);
  }
}

/** How often a Retry stood back in a call, in all its attempts. */
export function standBacksWithin(call: Call): number {
  return counts.get(rootOf(call)) ?? 0;
}
