/** How each counter of an instance is read; they only ever grow. */
export type Counters<T, Counter extends string> = Readonly<Record<Counter, (instance: T) => number>>;

/** All instances of one name, at one moment. */
export interface Account<T, Counter extends string> {
  readonly name: string;
  readonly instances: readonly T[];
  /** What they have counted together, those that have gone included. */
  total(counter: Counter): number;
}

/** What is asked of a registry. */
interface Named<T> {
  entries(): Iterable<[string, T]>;
  all(name: string): readonly T[];
  on(what: 'left' | 'removed', listener: (name: string, instance: T) => void): () => void;
}

/** What the instances of one name had counted that have gone. */
type Page<Counter extends string> = Map<Counter, number>;

type Book<Counter extends string> = Map<string, Page<Counter>>;

/**
 * Adds up what the instances of a name count, keyed ones included. Those of unused keys go in the meantime: what they had counted is
 * written down when they go, for a counter must neither miss anything nor go backwards.
 */
export class Ledger<Home, T, Counter extends string> {
  readonly #registryOf: (home: Home) => Named<T>;
  readonly #counters: Counters<T, Counter>;
  readonly #all: readonly Counter[];
  readonly #books = new WeakMap<object, Book<Counter>>();

  constructor(registryOf: (home: Home) => Named<T>, counters: Counters<T, Counter>) {
    this.#registryOf = registryOf;
    this.#counters = counters;
    this.#all = Object.keys(counters) as Counter[];
  }

  /** Counts from now on those that go, as long as their registry lives; nothing holds them for that. */
  follow(home: Home): void {
    this.#bookOf(this.#registryOf(home));
  }

  /** The accounts of all names; of what went before somebody asked to follow, nothing is known. */
  accountsOf(homes: readonly Home[]): Account<T, Counter>[] {
    return homes.flatMap((home) => this.#accountsIn(this.#registryOf(home)));
  }

  #bookOf(registry: Named<T>): Book<Counter> {
    const known = this.#books.get(registry);
    if (known) return known;
    const book: Book<Counter> = new Map();
    const note = (name: string, instance: T) => this.#addTo(book, name, instance);
    registry.on('left', note);
    registry.on('removed', note);
    this.#books.set(registry, book);
    return book;
  }

  /** A name that nobody has any more takes its counts along, once that was seen. */
  #accountsIn(registry: Named<T>): Account<T, Counter>[] {
    const book = this.#bookOf(registry);
    const names = new Set([...registry.entries()].map(([name]) => name));
    for (const name of book.keys()) if (!names.has(name)) book.delete(name);
    return [...names].map((name) => this.#account(name, registry.all(name), book.get(name)));
  }

  #addTo(book: Book<Counter>, name: string, instance: T): void {
    const page: Page<Counter> = book.get(name) ?? new Map();
    for (const counter of this.#all) {
      const count = this.#counters[counter](instance);
      if (count !== 0) page.set(counter, (page.get(counter) ?? 0) + count); // most stand at 0
    }
    book.set(name, page);
  }

  #account(name: string, instances: readonly T[], page: Page<Counter> | undefined): Account<T, Counter> {
    const gone = new Map(page);
    const total = (counter: Counter) => {
      const read = this.#counters[counter];
      return instances.reduce((sum, instance) => sum + read(instance), gone.get(counter) ?? 0);
    };
    return { name, instances, total };
  }
}
