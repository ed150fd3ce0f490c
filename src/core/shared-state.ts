import type { SharedBus } from './shared-state-bus.js';
import type { SharedCircuits } from './shared-state-circuits.js';
import type { SharedLeases } from './shared-state-leases.js';
import type { SharedPermits } from './shared-state-permits.js';

/**
 * State that processes share: what a back end such as Redis gives to the policies. docs/decisions/0013-shared-state.md says why it has this form.
 *
 * - Each operation is atomic: it happens as if no other happened at the same time, from whichever process.
 * - The back end's clock is the only one. No moment crosses this interface, only milliseconds from now on, in either direction: the clocks of
 *   processes need not agree.
 * - Everything that is kept has an end, by which it is forgotten if nobody comes back to it.
 * - Keys are any text of 1 to 512 characters. Equal keys of permits, circuits, leases and channels, and those of states with other prefixes, never meet.
 * - Whoever aborts the signal is rejected at once with its reason, and so is whoever comes with an aborted one, of whom nothing is done. What was under way
 *   may be done all the same: it is the caller's part to take an answer that did not come for none.
 * - An operation that cannot be done rejects with an error; it never answers as if it had been.
 */
export interface SharedState {
  readonly permits: SharedPermits;
  readonly circuits: SharedCircuits;
  readonly leases: SharedLeases;
  readonly bus: SharedBus;
  /** Resolves when the back end answers just now; rejects when it does not. */
  check(call: SharedCall): Promise<void>;
  /** Ends all subscriptions and lets go of connections; what is shared stays. Later operations reject. May be called again. */
  close(): Promise<void>;
}

/** What every operation is told of who waits for it. */
export interface SharedCall {
  readonly signal: AbortSignal;
}
