import { type Key, Numbers, splitKey, wholeKey } from '../../core/index.js';

/** Splits the keys of one cache among those who must not meet in it: the first one's keys stay as they are. */
export class Owners {
  readonly #source = { next: 0 };
  readonly #spaces = new Map<unknown, Numbers>();

  /** The numbers for those who share a space; entries of two spaces never meet. */
  space(of: unknown): Numbers {
    const known = this.#spaces.get(of);
    if (known) return known;
    const numbers = new Numbers(this.#source);
    this.#spaces.set(of, numbers);
    return numbers;
  }

  /** All forms that a key may have among `kept`: one for each owner, or, with many owners, those that there are. */
  forms(whole: Key, kept: readonly { readonly size: number; keys(): Iterable<Key> }[]): Key[] {
    const size = kept.reduce((sum, keys) => sum + keys.size, 0);
    const owners = Math.max(1, this.#source.next);
    if (owners <= size + 1) return Array.from({ length: owners }, (_, by) => splitKey(whole, by));
    return kept.flatMap((keys) => [...keys.keys()].filter((form) => wholeKey(form) === whole));
  }
}
