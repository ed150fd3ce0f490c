/** An operation on one key that may fill the fast store when it ends. */
export interface Passage {
  readonly key: string;
  readonly writes: boolean;
  /** Something overlapped with it that may have changed what is kept: nobody knows which came first, so it must not fill. */
  disturbed: boolean;
  /** It is filling right now. */
  filling: boolean;
}

/** An operation on all keys with a prefix whose entries have certain tags. */
export interface Sweep {
  readonly prefix: string;
  readonly fits: (tags: readonly string[]) => boolean;
}

/** The operations under way, so that each knows what overlapped with it. */
export class Traffic {
  readonly #passages = new Map<string, Set<Passage>>();
  readonly #sweeps = new Set<Sweep>();
  #closed = false;

  read(key: string): Passage {
    return this.#enter({ key, writes: false, disturbed: this.#isChanging(key), filling: false });
  }

  write(key: string): Passage {
    const passage = { key, writes: true, disturbed: this.#isChanging(key), filling: false };
    this.#disturb(key);
    return this.#enter(passage);
  }

  sweep(sweep: Sweep): Sweep {
    for (const key of this.#passages.keys()) if (key.startsWith(sweep.prefix)) this.#disturb(key);
    this.#sweeps.add(sweep);
    return sweep;
  }

  leave(passage: Passage): void {
    const others = this.#passages.get(passage.key);
    if (others?.delete(passage) && others.size === 0) this.#passages.delete(passage.key);
  }

  /** Lets nothing be filled any more by what is under way. */
  close(): void {
    this.#closed = true;
    for (const key of this.#passages.keys()) this.#disturb(key);
  }

  endSweep(sweep: Sweep): void {
    this.#sweeps.delete(sweep);
  }

  /** Whether what the fast store has for a key may be about to be replaced or dropped. */
  isContested(key: string): boolean {
    for (const { writes, filling, disturbed } of this.#passages.get(key) ?? none) {
      if (writes || (filling && disturbed)) return true;
    }
    return false;
  }

  /** Whether an entry is being swept away. */
  isSwept(key: string, tags: readonly string[]): boolean {
    for (const { prefix, fits } of this.#sweeps) if (key.startsWith(prefix) && fits(tags)) return true;
    return false;
  }

  #isChanging(key: string): boolean {
    if (this.#closed) return true;
    for (const { writes } of this.#passages.get(key) ?? none) if (writes) return true;
    for (const { prefix } of this.#sweeps) if (key.startsWith(prefix)) return true;
    return false;
  }

  #disturb(key: string): void {
    for (const passage of this.#passages.get(key) ?? none) passage.disturbed = true;
  }

  #enter(passage: Passage): Passage {
    const others = this.#passages.get(passage.key);
    if (others === undefined) this.#passages.set(passage.key, new Set([passage]));
    else others.add(passage);
    return passage;
  }
}

const none: readonly Passage[] = [];
