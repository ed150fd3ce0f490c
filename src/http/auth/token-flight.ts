import { FlightAbandoned } from '../../core/index.js';
import type { CallerSignal } from './credentials.js';
import { untilLeft } from './until-left.js';

/** How a flight is run. */
export interface FlightPlan<T> {
  readonly run: (controller: AbortController) => Promise<T>;
  /** It has landed, or was ended: whoever comes later needs another one. Told before those on board hear of it. */
  readonly over: () => void;
}

/**
 * Work that is done once for everyone who asks meanwhile. It belongs to nobody, and goes on when all have left: those who come next want the same,
 * and callers with less patience than the work takes would never see the end of it.
 */
export class TokenFlight<T> {
  readonly #controller = new AbortController();
  readonly #outcome: Promise<T>;
  readonly #plan: FlightPlan<T>;

  constructor(plan: FlightPlan<T>) {
    this.#plan = plan;
    this.#outcome = plan.run(this.#controller).finally(plan.over);
  }

  /** Waits for the outcome until the caller leaves. */
  board(caller: CallerSignal): Promise<T> {
    return untilLeft(this.#outcome, caller);
  }

  /** Ends it for everyone. */
  end(): void {
    this.#plan.over();
    this.#controller.abort(new FlightAbandoned());
  }
}
