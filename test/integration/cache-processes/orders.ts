import type { Duration } from '../../../decorators/index.js';

/** What the server says of an item: a version that it gives once. */
export interface Item {
  readonly id: string;
  readonly version: number;
}

/** Where a process keeps items, and where it asks for them. */
export interface Place {
  readonly path: string;
  readonly url: string;
  readonly ttl: Duration;
}

/** What a process is told to do. */
export type Order =
  | { readonly do: 'open'; readonly place: Place }
  | { readonly do: 'call' | 'get' | 'delete'; readonly id: string }
  | { readonly do: 'set'; readonly id: string; readonly item: Item }
  | { readonly do: 'invalidate'; readonly pattern: string }
  | { readonly do: 'clear' | 'stats' | 'written' | 'close' }
  /** Sets items of its own by hand, and tells of every set that has resolved, until it is killed. */
  | { readonly do: 'write'; readonly name: string };

/** A set that has resolved. */
export interface Acknowledged {
  readonly set: string;
  readonly version: number;
}

/** What it says. */
export type Answer =
  | { readonly to: number; readonly done: unknown }
  | { readonly to: number; readonly failed: string }
  | Acknowledged;
