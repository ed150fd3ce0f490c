import { type Key, Numbers, splitBy, splitKey, wholeKey } from '../../core/index.js';

/** Who reads in one space. */
interface Readers {
  /** The classes (as their prototypes) whose instances have values of their own; undefined for those who share. */
  readonly each: Set<object | undefined>;
  /** A key says by itself what they ask for: what somebody else puts under it is an answer. */
  readonly takesPuts: boolean;
}

/** Splits the keys of one cache among those who must not meet in it: the first one's keys stay as they are. */
export class Owners {
  readonly #source = { next: 0 };
  readonly #spaces = new Map<unknown, Numbers>();
  readonly #labels = new Map<number, string>();
  readonly #readers = new Map<Numbers, Readers>();

  /** How many there are, each with a form of every key; those that are gone included. */
  get count(): number {
    return Math.max(1, this.#source.next);
  }

  /** The numbers for those who share a space; entries of two spaces never meet. */
  space(of: unknown): Numbers {
    const known = this.#spaces.get(of);
    if (known) return known;
    const numbers = new Numbers(this.#source);
    this.#spaces.set(of, numbers);
    return numbers;
  }

  /** Notes a use that reads: each instance of a class (of which `concrete` is the prototype) its own, or all the same. */
  reads(space: Numbers, concrete: object | undefined, takesPuts: boolean): void {
    const known = this.#readers.get(space);
    if (known === undefined) this.#readers.set(space, { each: new Set([concrete]), takesPuts });
    else known.each.add(concrete);
  }

  /** Tells whether instances that use the cache have values of their own. */
  get areInstances(): boolean {
    return [...this.#readers.values()].some(({ each }) => [...each].some((concrete) => concrete !== undefined));
  }

  /** The forms under which what is put on an instance is read there; where nobody reads yet, its own in the space of those who will, by key. */
  readBy(target: unknown, whole: Key, cache: object): Key[] {
    if (this.#readers.size === 0) return [splitKey(whole, this.space(cache).of(target))];
    return [...this.#readers].flatMap(([numbers, { each, takesPuts }]) => {
      if (!takesPuts) return [];
      const forms = [...(each.has(undefined) ? [numbers.of(undefined)] : [])];
      if ([...each].some((concrete) => concrete !== undefined && isOf(target, concrete)))
        forms.push(numbers.of(target));
      return forms.map((number) => splitKey(whole, number));
    });
  }

  /** Says what an owner is called where numbers are of no use: in a store that outlives the process. */
  name(owner: number, label: string): void {
    this.#labels.set(owner, escaped(label));
  }

  /** The form of a key in a store that outlives the process. */
  lasting(key: Key): string {
    return `${this.#labels.get(splitBy(key)) ?? ''}/${plainForm(wholeKey(key))}`;
  }

  /** The forms of a key that are among `kept`. */
  formsAmong(whole: Key, kept: readonly Iterable<Key>[]): Key[] {
    return kept.flatMap((keys) => [...keys].filter((form) => isSame(wholeKey(form), whole)));
  }

  /** All forms that a key may have anywhere. */
  allForms(whole: Key): Key[] {
    return Array.from({ length: this.count }, (_, by) => splitKey(whole, by));
  }
}

/** As a Map compares. */
function isSame(one: Key, other: Key): boolean {
  return one === other || Object.is(one, other);
}

function isOf(target: unknown, concrete: object): boolean {
  return typeof target === 'object' && target !== null && Object.prototype.isPrototypeOf.call(concrete, target);
}

/** A name without the sign that ends it in a key. */
export function escaped(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2F');
}

/** Numbers, strings and encoded lists never meet. */
export function plainForm(key: Key): string {
  if (typeof key === 'number') return `n${key}`;
  return key.charCodeAt(0) === 0 ? `d${key.slice(1)}` : `s${key}`;
}

/** The key behind its form in a store. */
export function keyBehind(prefix: string, form: string): Key {
  const rest = form.slice(prefix.length + 1);
  switch (form.charAt(prefix.length)) {
    case 'n':
      return Number(rest);
    case 'd':
      return `\u0000${rest}`;
    default:
      return rest;
  }
}

/** The keys of a cache among those of a store. */
export function keysUnder(prefix: string, keys: readonly Key[]): Key[] {
  const forms = keys.map(String).filter((form) => form.startsWith(prefix));
  return forms.map((form) => keyBehind(prefix, form));
}
