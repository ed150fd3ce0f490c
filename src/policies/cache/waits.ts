/** What is under way, for those who wait for its end. */
export class Waits {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  add<T>(outcome: Promise<T>): Promise<T> {
    this.#underWay++;
    const over = () => this.#end();
    outcome.then(over, over);
    return outcome;
  }

  /** Resolves once nothing is under way. */
  settled(): Promise<void> {
    return this.#underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #end(): void {
    if (--this.#underWay === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
