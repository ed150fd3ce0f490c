import type { Keyed } from '../../core/index.js';

/** How each counter of an instance is read; they only ever grow. */
export type Counters<T, Counter extends string> = Readonly<Record<Counter, (instance: T) => number>>;

/** All instances of one name. */
export interface Account<T, Counter extends string> {
  readonly name: string;
  readonly instances: readonly T[];
  /** What they have counted together, those that have gone included. */
  total(counter: Counter): number;
}

/** What is asked of a registry. */
interface Named<T> {
  entries(): Iterable<[string, T]>;
  keyed(name: string): Keyed<T> | undefined;
}

interface Page<T> {
  readonly living: ReadonlySet<T>;
  readonly gone: ReadonlyMap<string, number>;
}

/**
 * Adds up what the instances of a name count, keyed ones included. Those of unused keys go in the meantime: what they had counted is
 * kept here, for a counter must not go backwards.
 */
export class Ledger<T, Counter extends string> {
  readonly #counters: Counters<T, Counter>;
  readonly #books = new WeakMap<object, ReadonlyMap<string, Page<T>>>();

  constructor(counters: Counters<T, Counter>) {
    this.#counters = counters;
  }

  /** The accounts of all names in a registry. */
  accountsOf(registry: Named<T>): Account<T, Counter>[] {
    const last = this.#books.get(registry);
    const book = new Map<string, Page<T>>();
    for (const [name, main] of registry.entries()) {
      book.set(name, this.#turn(last?.get(name), instancesOf(main, registry.keyed(name))));
    }
    this.#books.set(registry, book);
    return [...book].map(([name, page]) => this.#account(name, page));
  }

  /** Keeps hold of all instances until the next time, so that the last counts of those that go are known. */
  #turn(last: Page<T> | undefined, instances: readonly T[]): Page<T> {
    const living = new Set(instances);
    const left = last === undefined ? [] : [...last.living].filter((instance) => !living.has(instance));
    return { living, gone: left.reduce((gone, instance) => this.#addTo(gone, instance), last?.gone ?? new Map()) };
  }

  #addTo(gone: ReadonlyMap<string, number>, instance: T): ReadonlyMap<string, number> {
    const counters = Object.entries<(instance: T) => number>(this.#counters);
    return new Map(counters.map(([counter, read]) => [counter, (gone.get(counter) ?? 0) + read(instance)]));
  }

  #account(name: string, { living, gone }: Page<T>): Account<T, Counter> {
    const instances = [...living];
    const total = (counter: Counter) => {
      const read = this.#counters[counter];
      return instances.reduce((sum, instance) => sum + read(instance), gone.get(counter) ?? 0);
    };
    return { name, instances, total };
  }
}

function instancesOf<T>(main: T, keyed: Keyed<T> | undefined): T[] {
  if (keyed === undefined) return [main];
  const split = [...keyed.entries()].map(([, instance]) => instance);
  return keyed.overflow === undefined ? [main, ...split] : [main, ...split, keyed.overflow];
}
