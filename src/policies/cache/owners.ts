import { type Key, Numbers, splitBy, splitKey, wholeKey } from '../../core/index.js';

/** Splits the keys of one cache among those who must not meet in it: the first one's keys stay as they are. */
export class Owners {
  readonly #source = { next: 0 };
  readonly #spaces = new Map<unknown, Numbers>();
  readonly #labels = new Map<number, string>();
  readonly #readers = new Map<Numbers, object | undefined>();

  /** The numbers for those who share a space; entries of two spaces never meet. */
  space(of: unknown): Numbers {
    const known = this.#spaces.get(of);
    if (known) return known;
    const numbers = new Numbers(this.#source);
    this.#spaces.set(of, numbers);
    return numbers;
  }

  /** Notes a use that reads: each instance of a class (of which `concrete` is the prototype) its own, or all the same. */
  reads(space: Numbers, concrete: object | undefined): void {
    this.#readers.set(space, concrete);
  }

  /** Tells whether instances that use the cache have values of their own. */
  get areInstances(): boolean {
    return [...this.#readers.values()].some((concrete) => concrete !== undefined);
  }

  /** The forms under which a key is read on an instance; as it is where nobody reads. */
  readBy(target: unknown, whole: Key): Key[] {
    if (this.#readers.size === 0) return [whole];
    const shared = [...this.#readers].filter(([, concrete]) => concrete === undefined || isOf(target, concrete));
    return shared.map(([numbers, concrete]) => splitKey(whole, numbers.of(concrete && target)));
  }

  /** Says what an owner is called where numbers are of no use: in a store that outlives the process. */
  name(owner: number, label: string): void {
    this.#labels.set(owner, escaped(label));
  }

  /** The form of a key in a store that outlives the process. */
  lasting(key: Key): string {
    return `${this.#labels.get(splitBy(key)) ?? ''}/${plainForm(wholeKey(key))}`;
  }

  /** All forms that a key may have among `kept`: one for each owner, or, with many owners, those that there are. */
  forms(whole: Key, kept: readonly { readonly size: number; keys(): Iterable<Key> }[]): Key[] {
    const size = kept.reduce((sum, keys) => sum + keys.size, 0);
    const owners = Math.max(1, this.#source.next);
    if (owners <= size + 1) return this.allForms(whole);
    return kept.flatMap((keys) => [...keys.keys()].filter((form) => wholeKey(form) === whole));
  }

  /** All forms that a key may have anywhere. */
  allForms(whole: Key): Key[] {
    return Array.from({ length: Math.max(1, this.#source.next) }, (_, by) => splitKey(whole, by));
  }
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
export function keysUnder(prefix: string, store: { keys(): Iterable<Key> }): Key[] {
  const forms = Array.from(store.keys(), String).filter((form) => form.startsWith(prefix));
  return forms.map((form) => keyBehind(prefix, form));
}
