import type { Keyed } from '../../core/index.js';
import type { CircuitState } from './circuit.js';

/** A circuit that stands open, or on trial. */
export interface Standing {
  /** Whether it still keeps calls out: not when it is due for a trial that nobody has come for. */
  readonly keepsOut: boolean;
}

/** How many are looked at for one that came: no decision takes longer where there are many. */
const glances = 2;

/**
 * The circuits of one family that are open, or on trial after that: beyond a share of the live ones no further circuit opens, as what ails nearly all
 * of them is hardly their fault. Those that nobody calls any more lose their place to others.
 */
export class OpenKeys {
  readonly #family: Pick<Keyed<unknown>, 'size' | 'overflow'>;
  readonly #standing = new Set<Standing>();

  constructor(family: Pick<Keyed<unknown>, 'size' | 'overflow'>) {
    this.#family = family;
  }

  /** A circuit has gone over to a state. */
  note(circuit: Standing, state: CircuitState): void {
    if (state === 'half-open') return; // it keeps the place that it may have
    this.#standing.delete(circuit);
    if (state !== 'open') return;
    this.#forget();
    this.#standing.add(circuit);
  }

  /** Tells whether a circuit may open; one that reopens after a trial has its place still. */
  admits(circuit: Standing, share: number): boolean {
    if (this.#standing.has(circuit)) return true;
    const most = this.#most(share);
    if (this.#standing.size >= most) this.#forget();
    return this.#standing.size < most;
  }

  #most(share: number): number {
    const live = this.#family.size + (this.#family.overflow === undefined ? 0 : 1);
    return Math.max(1, Math.floor(share * live + 1e-9)); // 0.29 * 100 is a little less than 29
  }

  /** Lets go of those that keep nobody out, a few at a time; those that do come up again after all others. */
  #forget(): void {
    let left = glances;
    for (const circuit of this.#standing) {
      this.#standing.delete(circuit);
      if (circuit.keepsOut) this.#standing.add(circuit);
      if (--left === 0) return;
    }
  }
}
