/** A value with the times until which it may be given, in milliseconds since 1970 where a store keeps it. */
export interface CacheEntry {
  readonly value: unknown;
  readonly createdAt: number;
  /** Before this it is given without asking. */
  readonly freshUntil: number;
  /** Before this it is given at once, and refreshed behind. */
  readonly staleUntil: number;
  /** Before this it is given when loading failed. */
  readonly errorUntil: number;
  /** By what it can be invalidated besides its key. */
  readonly tags: readonly string[];
  /** Of which form the value is: entries of another version are not given. */
  readonly version: string;
  /** How long loading it took, in milliseconds; for caches with a `beta`. */
  readonly loadTime?: number | undefined;
}

/** When an entry can be of no more use. */
export function lastUntil({ freshUntil, staleUntil, errorUntil }: CacheEntry): number {
  return Math.max(freshUntil, staleUntil, errorUntil);
}

/** How long values last, in milliseconds. */
export interface Lasting {
  readonly ttl: number;
  readonly staleFor: number;
  readonly staleIfError: number;
}

const none: readonly string[] = [];

/** What is kept in memory of a value without terms of its own: those that all have in common, and one small number. */
export class KeptValue implements CacheEntry {
  readonly value: unknown;
  readonly createdAt: number;
  readonly #lasting: Lasting;

  constructor(value: unknown, createdAt: number, lasting: Lasting) {
    this.value = value;
    this.createdAt = createdAt;
    this.#lasting = lasting;
  }

  get freshUntil(): number {
    return this.createdAt + this.#lasting.ttl;
  }

  get staleUntil(): number {
    return this.freshUntil + this.#lasting.staleFor;
  }

  get errorUntil(): number {
    return this.freshUntil + this.#lasting.staleIfError;
  }

  get tags(): readonly string[] {
    return none;
  }

  get version(): string {
    return '';
  }
}

/** The same for a value that is fresh for a shorter time than others, by so many whole milliseconds. */
export class ShorterValue extends KeptValue {
  readonly #by: number;

  constructor(value: unknown, createdAt: number, lasting: Lasting, by: number) {
    super(value, createdAt, lasting);
    this.#by = by;
  }

  override get freshUntil(): number {
    return super.freshUntil - this.#by;
  }
}
