import { type Making, Registry } from './registry.js';

/** How the stats of several instances become one. */
export interface Summing<Stats> {
  /** How two instances stand together. */
  together(a: Stats, b: Stats): Stats;
  /** What remains of the stats of one that has left: its counts, without what it held. Left out where all of it is of the present. */
  readonly lasting?: (stats: Stats) => Stats;
}

/** A registry that tells how all instances of a name stand together, as counted by those that have left, too. */
export class SummingRegistry<T extends { readonly stats: Stats }, Given extends object, Stats> extends Registry<
  T,
  Given
> {
  readonly #summing: Summing<Stats>;
  readonly #left = new Map<string, Stats>();

  constructor(making: Making<T, Given>, summing: Summing<Stats>) {
    super(making);
    this.#summing = summing;
    const { lasting } = summing;
    if (lasting === undefined) return;
    this.on('left', (name, { stats }) => this.#left.set(name, this.#sum(name, [lasting(stats)])));
    this.on('removed', (name) => this.#left.delete(name));
  }

  /** How all instances stand, by name; those that split a name by key in one sum, with the counts of those that have left. */
  stats(): Record<string, Stats> {
    const statsOf = (name: string) => this.all(name).map(({ stats }) => stats);
    return Object.fromEntries([...this.entries()].map(([name]) => [name, this.#sum(name, statsOf(name))]));
  }

  /** Some stats, and what those of the name have left behind. */
  #sum(name: string, [first, ...others]: Stats[]): Stats {
    const { together } = this.#summing;
    const left = this.#left.get(name);
    const all = left === undefined ? others : [...others, left];
    return all.reduce(together, first as Stats);
  }
}
