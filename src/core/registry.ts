import { namePattern, nameRule } from './checks.js';
import type { Clock } from './clock.js';
import { type InstanceListener, InstanceNews, type InstanceNewsItem } from './instance-news.js';
import { InvalidOptionsError } from './invalid-options.js';
import { Keyed, type KeyedBounds } from './keyed.js';
import { isSame } from './same.js';

/** Where an instance stands that is one of those which split a name by key. */
export interface Membership<T> {
  readonly family: Keyed<T>;
  /** The key as the use gave it; undefined where it gave none, and for what keys share that found no room. */
  readonly key: unknown;
}

/** How the instances of one kind come to life and change. */
export interface Making<T, Given extends object> {
  /** As users write it, `'@CircuitBreaker'`. */
  readonly decorator: string;
  /** Makes an instance; throws InvalidOptionsError when a required option is missing. */
  make(name: string, given: Given, membership?: Membership<T>): T;
  /** Gives a living instance other options. */
  change(instance: T, given: Given, name: string): void;
  /** The options as they are in force, to compare two uses by. */
  complete(given: Given, name: string): object;
  /** Busy instances are not evicted. */
  busy(instance: T): boolean;
}

interface Entry<T, Given> {
  readonly instance: T;
  given: Given;
  by: string | undefined;
}

/** Named, shared, inspectable instances of one kind. */
export class Registry<T, Given extends object> {
  readonly making: Making<T, Given>;
  readonly #entries = new Map<string, Entry<T, Given>>();
  readonly #families = new Map<string, Keyed<T>>();
  readonly #news: InstanceNews<T>;

  constructor(making: Making<T, Given>) {
    this.making = making;
    this.#news = new InstanceNews(making.decorator);
  }

  /** The instance of that name; made with defaults when there is none. Throws InvalidOptionsError where defaults do not suffice. */
  get(name: string): T {
    return this.find(name) ?? this.#add(this.#checked(name), {} as Given, undefined).instance;
  }

  /** The instance of that name, if there is one. */
  find(name: string): T | undefined {
    return this.#entries.get(name)?.instance;
  }

  /** Makes the instance of that name, or gives it these options. */
  register(name: string, given: Given): T {
    return this.claim(this.#checked(name), given, 'register()');
  }

  /** The instance for one use: the first use that gives options sets them, a later one must agree. */
  claim(name: string, given: Given, site: string): T {
    const entry = this.#entries.get(name);
    const says = Object.keys(given).length > 0;
    if (!entry) return this.#add(name, given, says ? site : undefined).instance;
    if (says && entry.by === undefined) this.#settle(name, entry, given, site);
    else if (says) this.#agree(name, entry, given, site);
    return entry.instance;
  }

  /** The instances that split one name by key; made on first use, whose bounds hold for all. */
  family(name: string, bounds: KeyedBounds, clock: Clock): Keyed<T> {
    const known = this.#families.get(name);
    if (known) return this.#sameBounds(name, known, bounds);
    const given = () => this.#entries.get(name)?.given ?? ({} as Given);
    const make = (key: unknown): T => this.making.make(name, given(), { family, key });
    const busy = (instance: T) => this.making.busy(instance);
    const left = (instance: T) => {
      if (this.#families.get(name) === family) this.#news.tell('left', name, instance);
    };
    const family: Keyed<T> = new Keyed(bounds, clock, make, busy, left);
    this.#families.set(name, family);
    return family;
  }

  /** The keyed instances of a name, if it is split. */
  keyed(name: string): Keyed<T> | undefined {
    return this.#families.get(name);
  }

  /** All instances of a name: the one that nothing splits, then those that split it by key. */
  all(name: string): T[] {
    const entry = this.#entries.get(name);
    return entry === undefined ? [] : [entry.instance, ...(this.#families.get(name)?.all() ?? [])];
  }

  /** Takes an instance out, and those that split its name; whoever holds them may go on using them. */
  remove(name: string): boolean {
    const [main, ...members] = this.all(name);
    if (main === undefined) return false;
    this.#entries.delete(name);
    this.#families.delete(name);
    for (const member of members) this.#news.tell('left', name, member);
    this.#news.tell('removed', name, main);
    return true;
  }

  entries(): IterableIterator<[string, T]> {
    return [...this.#entries].map(([name, { instance }]): [string, T] => [name, instance]).values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Hears of instances that are added and removed, and of those that split a name by key when they have left: unused, to make room, or with their
   * name. Returns the function that stops listening.
   */
  on(what: InstanceNewsItem, listener: InstanceListener<T>): () => void {
    return this.#news.on(what, listener);
  }

  #add(name: string, given: Given, by: string | undefined): Entry<T, Given> {
    const entry = { instance: this.making.make(name, given), given, by };
    this.#entries.set(name, entry);
    this.#news.tell('added', name, entry.instance);
    return entry;
  }

  #settle(name: string, entry: Entry<T, Given>, given: Given, site: string): void {
    for (const instance of this.all(name)) this.making.change(instance, given, name);
    entry.given = given;
    entry.by = site;
  }

  #agree(name: string, entry: Entry<T, Given>, given: Given, site: string): void {
    const known = this.making.complete(entry.given, name) as Record<string, unknown>;
    const wanted = this.#together(name, entry, given, site);
    for (const option of Object.keys(given)) {
      if (isSame(known[option], wanted[option])) continue;
      const rule = `of '${name}' is already set by ${entry.by}: two uses of a name must agree`;
      const second = site === entry.by ? `${site} again` : site;
      const value = { [String(entry.by)]: known[option], [second]: wanted[option] };
      throw new InvalidOptionsError({ decorator: this.making.decorator, option, rule, value, site });
    }
  }

  /** What two uses come to together; where their options do not go together, the error names both. */
  #together(name: string, { given: known, by }: Entry<T, Given>, given: Given, site: string): Record<string, unknown> {
    try {
      return this.making.complete({ ...known, ...given }, name) as Record<string, unknown>;
    } catch (fault) {
      if (!(fault instanceof InvalidOptionsError)) throw fault;
      const rule = `of '${name}' is already set by ${by}: ${fault.option} ${fault.rule}`;
      const { decorator } = this.making;
      throw new InvalidOptionsError({ decorator, option: Object.keys(given).join(), rule, site });
    }
  }

  #sameBounds(name: string, family: Keyed<T>, bounds: KeyedBounds): Keyed<T> {
    for (const option of ['maxKeys', 'idle'] as const) {
      if (family.bounds[option] === bounds[option]) continue;
      const rule = `of '${name}' is already ${family.bounds[option]}: two uses of a name must agree`;
      throw new InvalidOptionsError({ decorator: this.making.decorator, option, rule, value: bounds[option] });
    }
    return family;
  }

  #checked(name: string): string {
    if (typeof name === 'string' && namePattern.test(name)) return name;
    const rule = nameRule;
    throw new InvalidOptionsError({ decorator: this.making.decorator, option: 'name', rule, value: name });
  }
}
