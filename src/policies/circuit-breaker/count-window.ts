import { failed, type Outcome, slow, timedOut } from './outcome.js';
import type { Window } from './window.js';

/** The last so many results, in a ring. A call that said nothing leaves with the one that it came after. */
export class CountWindow implements Window {
  calls = 0;
  failures = 0;
  slow = 0;
  timeouts = 0;
  ignored = 0;
  readonly #ring: Uint8Array;
  #next = 0;
  #ignoredAfter: Uint32Array | undefined = undefined;

  constructor(size: number) {
    this.#ring = new Uint8Array(size);
  }

  add(outcome: Outcome): void {
    const ring = this.#ring;
    const at = this.#next;
    const leaves = ring[at] as Outcome; // a slot that was never used counts for nothing, like a prompt success
    if (leaves !== outcome) this.#replace(at, leaves, outcome);
    if (this.#ignoredAfter !== undefined) this.#forget(this.#ignoredAfter, at);
    if (this.calls < ring.length) this.calls++;
    this.#next = at + 1 === ring.length ? 0 : at + 1;
  }

  ignore(): void {
    this.#ignoredAfter ??= new Uint32Array(this.#ring.length);
    const last = this.#next === 0 ? this.#ring.length - 1 : this.#next - 1;
    this.#ignoredAfter[last] = (this.#ignoredAfter[last] as number) + 1;
    this.ignored++;
  }

  forward(): void {} // nothing here grows old

  #replace(at: number, leaves: Outcome, comes: Outcome): void {
    this.#count(leaves, -1);
    this.#count(comes, 1);
    this.#ring[at] = comes;
  }

  #count(outcome: Outcome, by: number): void {
    if (outcome & failed) this.failures += by;
    if (outcome & slow) this.slow += by;
    if (outcome & timedOut) this.timeouts += by;
  }

  #forget(ignoredAfter: Uint32Array, at: number): void {
    this.ignored -= ignoredAfter[at] as number;
    ignoredAfter[at] = 0;
  }
}
