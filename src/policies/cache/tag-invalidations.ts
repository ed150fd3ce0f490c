import { matchesAny } from './tag-pattern.js';

/** How many patterns are remembered at a time; beyond that, everything under way counts as invalidated. */
const most = 10_000;

/** The tags that were invalidated while loads were under way: what these bring in may be older than that. */
export class TagInvalidations {
  /** The number of the last one. */
  #last = 0;
  #underWay = 0;
  #patterns: { readonly pattern: string; readonly number: number }[] = [];

  /** A load begins; returns the number of the last one before it. */
  begin(): number {
    this.#underWay++;
    return this.#last;
  }

  /** A load is over. Once none is under way any more, what comes from now on is younger than all of these. */
  end(): void {
    if (--this.#underWay === 0) this.#patterns = [];
  }

  note(pattern: string): void {
    if (this.#underWay === 0) return;
    if (this.#patterns.length >= most) this.#patterns = [{ pattern: '*', number: this.#last }];
    this.#patterns.push({ pattern, number: ++this.#last });
  }

  /** What was invalidated after the one of a number. */
  since(number: number): readonly string[] {
    if (number === this.#last) return [];
    return this.#patterns.filter((invalidated) => invalidated.number > number).map(({ pattern }) => pattern);
  }
}

/** Tells whether one of some tags fits one of some patterns. */
export function concerns(patterns: readonly string[], tags: readonly string[]): boolean {
  return patterns.some((pattern) => matchesAny(pattern, tags));
}
