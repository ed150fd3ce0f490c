/** How many of the first values are averaged plainly, so that the very first one does not weigh for long. */
const warmUp = 10;

/** An average of many values in which older ones weigh less and less, without keeping them. */
export class LongAverage {
  readonly #weight: number;
  #value = 0;
  #sum = 0;
  #count = 0;

  constructor(length: number) {
    this.#weight = 2 / (length + 1);
  }

  /** Takes one more value, and returns the average with it. */
  add(value: number): number {
    if (this.#count >= warmUp) {
      this.#value += (value - this.#value) * this.#weight;
      return this.#value;
    }
    this.#sum += value;
    this.#value = this.#sum / ++this.#count;
    return this.#value;
  }

  /** Moves the average, once it is more than a plain one. */
  scale(factor: number): void {
    this.#value *= factor;
  }
}
