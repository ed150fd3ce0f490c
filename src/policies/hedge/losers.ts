import type { Outcome, Overrun } from '../../core/index.js';
import type { HedgeUse } from './hedge-use.js';

/** The copies that lost one race but go on all the same: what they come to is given back. */
export class Losers implements Overrun {
  readonly #use: HedgeUse;
  readonly #won: Outcome;
  zombies = 0;
  late = 0;

  constructor(use: HedgeUse, won: Outcome) {
    this.#use = use;
    this.#won = won;
  }

  take(value: unknown): void {
    this.#use.discard({ ok: true, value }, this.#won);
  }
}
