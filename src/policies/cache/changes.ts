import type { Key } from '../../core/index.js';
import type { Drop } from './early-drops.js';
import { concerns } from './tag-invalidations.js';

/** How many are remembered at a time; beyond that, everything counts as changed. */
const most = 10_000;

/** What was changed in a cache while methods ran whose results are put there: which of the two is newer, nobody knows. */
export class Changes {
  /** The number of the last one. */
  #last = 0;
  #underWay = 0;
  #noted: { readonly drop: Drop; readonly number: number }[] = [];

  /** A method begins; returns the number of the last change before it. */
  begin(): number {
    this.#underWay++;
    return this.#last;
  }

  /** The method is over. */
  end(): void {
    if (--this.#underWay === 0) this.#noted = [];
  }

  note(drop: Drop): void {
    if (this.#underWay === 0) return;
    const number = ++this.#last;
    if (this.#noted.length >= most) this.#noted = [{ drop: { all: true }, number }];
    else this.#noted.push({ drop, number });
  }

  /** Tells whether what is kept under a key, with some tags, was changed after the change of a number. */
  concern(key: Key, tags: readonly string[], began: number): boolean {
    for (let index = this.#noted.length - 1; index >= 0; index--) {
      const noted = this.#noted[index];
      if (noted === undefined || noted.number <= began) return false;
      if (isOf(noted.drop, key, tags)) return true;
    }
    return false;
  }
}

function isOf(drop: Drop, key: Key, tags: readonly string[]): boolean {
  if ('key' in drop) return drop.key === key;
  return 'all' in drop || concerns(drop.tags, tags);
}
