import { FixedWindow } from '../../../src/policies/rate-limit/fixed-window.js';
import { PermitLog } from '../../../src/policies/rate-limit/permit-log.js';
import { SlidingWindow } from '../../../src/policies/rate-limit/sliding-window.js';
import { Smooth } from '../../../src/policies/rate-limit/smooth.js';
import { TokenBucket } from '../../../src/policies/rate-limit/token-bucket.js';

const parts = [TokenBucket, SlidingWindow, FixedWindow, Smooth, PermitLog].map(
  ({ prototype }) => prototype as unknown as Record<string, unknown>,
);
const moves = ['fits', 'take', 'readyAt', 'readyBehind', 'copy', 'timeOf', 'weightOf', 'push', 'shift'];

/** Counts how often meters are asked, and how many entries of their logs are looked at or moved, until `stop` is called. */
export function countSteps(): { readonly taken: () => number; readonly stop: () => void } {
  let steps = 0;
  const undo: (() => void)[] = [];
  for (const part of parts) {
    for (const name of moves) {
      const original = part[name];
      if (typeof original !== 'function') continue;
      part[name] = function counted(this: unknown, ...args: unknown[]): unknown {
        steps++;
        return original.apply(this, args);
      };
      undo.push(() => {
        part[name] = original;
      });
    }
  }
  const taken = () => {
    const since = steps;
    steps = 0;
    return since;
  };
  return {
    taken,
    stop: () => {
      for (const put of undo) put();
    },
  };
}
