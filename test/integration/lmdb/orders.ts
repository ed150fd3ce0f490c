import type { LmdbStoreOptions } from '../../../src/stores/lmdb/index.js';

/** What a process with a store is told to do. */
export type Order =
  | { readonly do: 'open'; readonly options: LmdbStoreOptions }
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'set'; readonly key: string; readonly value: unknown }
  | { readonly do: 'delete'; readonly key: string }
  /** Sets keys of its own, over and over, and tells of every set that has resolved, until it is killed or told to stop. */
  | { readonly do: 'write'; readonly name: string }
  | { readonly do: 'stop' };

/** A set that has resolved: the key, and the number in its value. */
export interface Acknowledged {
  readonly key: string;
  readonly number: number;
}

/** What it says. */
export type Answer = { readonly done: unknown } | { readonly failed: string } | Acknowledged;

/** What a writer keeps under a key. */
export interface Written extends Acknowledged {
  readonly text: string;
}

/** The tags of what a writer keeps. */
export function tagsOf({ key, number }: Acknowledged): readonly string[] {
  return [`writer:${key.split(':')[0]}`, `parity:${number % 2}`, `number:${number}`];
}
