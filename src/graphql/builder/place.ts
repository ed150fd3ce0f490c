import { InvalidOptionsError } from '../../core/index.js';
import type { Use } from './use.js';

/** How deep selections, values and chains of fragments go at most; servers accept far less. */
export const maxDepth = 100;

/** Where in a document a selection stands, to bound its depth and to tell where something is wrong. */
export class Place {
  readonly #steps: readonly string[];

  /** Begins at a definition, such as `query GetUser`. */
  constructor(...steps: readonly string[]) {
    this.#steps = steps;
  }

  /** Goes one selection deeper. */
  within(step: string, use: Use): Place {
    if (this.#steps.length < maxDepth) return new Place(...this.#steps, step);
    throw tooDeep({ ...use, site: String(this.#steps[0]) });
  }

  toString(): string {
    return this.#steps.join(' › ');
  }
}

/** The error for what has no end, or is too deep for any server; the way there would be too long to read. */
export function tooDeep(use: Use): InvalidOptionsError {
  const rule = `must not be nested more than ${maxDepth} levels deep, fragments included`;
  return new InvalidOptionsError({ ...use, option: 'the selection', rule });
}
