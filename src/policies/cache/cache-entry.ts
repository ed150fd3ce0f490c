/** A value with the times until which it may be given. */
export interface CacheEntry {
  readonly value: unknown;
  readonly createdAt: number;
  /** Before this it is given without asking. */
  readonly freshUntil: number;
  /** Before this it is given at once, and refreshed behind. */
  readonly staleUntil: number;
  /** Before this it is given when loading failed. */
  readonly errorUntil: number;
}

/** How long values last, in milliseconds. */
export interface Lasting {
  readonly ttl: number;
  readonly staleFor: number;
  readonly staleIfError: number;
}

/** What is kept of a value: no more than the terms that all have in common, and one small number of its own. */
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
    return this.createdAt + this.#lasting.ttl + this.#lasting.staleFor;
  }

  get errorUntil(): number {
    return this.createdAt + this.#lasting.ttl + this.#lasting.staleIfError;
  }
}
