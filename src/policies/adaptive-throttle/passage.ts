import type { Verdict } from '../../core/index.js';

/**
 * What a call was let through with: all calls of one part of the window share one, which knows when they came. Whoever is let through reports
 * back exactly once.
 */
export interface Passage {
  /** The part of the window, by its number. */
  readonly entered: number;
  /** Reports a success: hang it on the promise as it is. */
  readonly succeed: () => void;
  /** Reports what an error said of the callee. */
  settle(verdict: Verdict): void;
}
