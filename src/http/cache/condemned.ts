/** How many are remembered at a time; beyond that, all that was kept before counts as one of them. */
const most = 1000;

/** What a store was to drop and did not: it is not given again in this process. */
export class Condemned {
  readonly #times = new Map<string, number>();
  #all = Number.NEGATIVE_INFINITY;

  /** All that is kept under a tag up to a time. */
  add(tag: string, until: number): void {
    if (this.#times.size >= most) this.addAll(until);
    this.#times.set(tag, Math.max(until, this.untilOf(tag)));
  }

  addAll(until: number): void {
    this.#all = Math.max(this.#all, until, ...this.#times.values());
    this.#times.clear();
  }

  /** Up to when what bears the tag is not given. */
  untilOf(tag: string): number {
    return Math.max(this.#all, this.#times.get(tag) ?? this.#all);
  }
}
