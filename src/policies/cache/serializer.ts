import type { Awaitable } from './cache-store.js';

/**
 * Turns values into bytes and back. It throws (or rejects) what it cannot turn: such a value is given to its callers, but not kept. What comes
 * back must equal what went in: a caller cannot tell whether its value was loaded or kept.
 */
export interface Serializer {
  /** What it is, in a word, for messages. */
  readonly label: string;
  serialize(value: unknown): Awaitable<Uint8Array>;
  deserialize(bytes: Uint8Array): Awaitable<unknown>;
}
