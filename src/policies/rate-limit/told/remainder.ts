import { crumb, type Hold } from '../meter.js';

/** Counts down what a server said to be left of a window. */
export class Remainder {
  left: number;
  /** How often it was told. */
  #version = 0;
  /** The most that may be left once all permits on hold have been given back: what was told since counts without them. */
  #most = Number.POSITIVE_INFINITY;
  #held = 0;

  constructor(left: number) {
    this.left = left;
  }

  fits(weight: number): boolean {
    return weight <= this.left + crumb;
  }

  take(weight: number): void {
    this.left -= weight;
    this.#most -= weight;
  }

  /** Leaves no more than that; returns whether it was more. */
  lower(left: number): boolean {
    this.#version++;
    if (this.#held > 0) this.#most = Math.min(this.#most, left);
    if (left >= this.left) return false;
    this.left = left;
    return true;
  }

  /** Keeps an eye on permits that were taken just now. */
  hold(weight: number): Hold {
    this.#held++;
    const version = this.#version;
    return { spend: () => this.#release(), giveBack: () => this.#putBack(weight, version) };
  }

  copy(): Remainder {
    return new Remainder(this.left);
  }

  #putBack(weight: number, version: number): void {
    if (version === this.#version) this.#most += weight;
    this.left = Math.min(this.left + weight, this.#most);
    this.#release();
  }

  #release(): void {
    this.#held--;
    if (this.#held === 0) this.#most = Number.POSITIVE_INFINITY;
  }
}
