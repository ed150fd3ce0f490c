import type { Outcome } from './outcome.js';

/**
 * What a call was let through with: it carries the state that the call entered, so that a late result says nothing about the present one.
 * Calls through a closed circuit share one; whoever is let through reports back exactly once.
 */
export interface Passage {
  /** Reports a prompt success: hang it on the promise as it is. */
  readonly succeed: () => void;
  /** Reports a result; of a failure also the error, or else the value that is none. */
  settle(outcome: Outcome, error: unknown, value?: unknown): void;
  /** Reports a call that says nothing. */
  ignore(): void;
}

/** The passage through a circuit that looks at nothing. */
export const unwatched: Passage = { succeed: () => undefined, settle: () => undefined, ignore: () => undefined };
