/** What can be steered: a circuit, or several through one control. */
export interface Steerable {
  /** Refuses every call until `reset()`. */
  forceOpen(): void;
  /** Closes now, with an empty window; from then on it moves as usual. */
  forceClosed(): void;
  /** Lets every call pass and looks at none. */
  disable(): void;
  /** Lets every call pass and looks at them, but never opens. */
  metricsOnly(): void;
  /** Begins anew: closed, and nothing remembered. */
  reset(): void;
}

/** What a control asks of its circuits for as long as nobody says otherwise. */
type Standing = 'forceOpen' | 'disable' | 'metricsOnly';

/**
 * Steers many circuits at once, those that are made later included.
 *
 * ```ts
 * const maintenance = new CircuitControl();
 * class Shop {
 *   @CircuitBreaker({ control: maintenance }) async order(id: string): Promise<Order> { … }
 * }
 * maintenance.forceOpen();
 * ```
 */
export class CircuitControl implements Steerable {
  readonly #circuits = new Set<WeakRef<Steerable>>();
  readonly #gone = new FinalizationRegistry<WeakRef<Steerable>>((circuit) => this.#circuits.delete(circuit));
  #standing: Standing | undefined = undefined;

  forceOpen(): void {
    this.#stand('forceOpen');
  }

  forceClosed(): void {
    this.#standing = undefined;
    for (const circuit of this.#living()) circuit.forceClosed();
  }

  disable(): void {
    this.#stand('disable');
  }

  metricsOnly(): void {
    this.#stand('metricsOnly');
  }

  reset(): void {
    this.#standing = undefined;
    for (const circuit of this.#living()) circuit.reset();
  }

  /** Steers one more circuit, without keeping it alive. */
  add(circuit: Steerable): void {
    const entry = new WeakRef(circuit);
    this.#circuits.add(entry);
    this.#gone.register(circuit, entry);
    if (this.#standing) circuit[this.#standing]();
  }

  #stand(standing: Standing): void {
    this.#standing = standing;
    for (const circuit of this.#living()) circuit[standing]();
  }

  *#living(): Iterable<Steerable> {
    for (const entry of this.#circuits) {
      const circuit = entry.deref();
      if (circuit) yield circuit;
    }
  }
}
