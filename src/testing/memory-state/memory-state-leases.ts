import {
  type LeaseAnswer,
  type LeaseTerms,
  type SharedCall,
  type SharedLeases,
  sharedChecks,
} from '../../core/index.js';
import type { MemoryTable } from './memory-state-table.js';

/** Until when each token holds its lease. */
type Holders = Map<number, number>;

/** The leases of a memory state. */
export class MemoryLeases implements SharedLeases {
  readonly #table: MemoryTable;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async acquire(key: string, terms: LeaseTerms, call: SharedCall): Promise<LeaseAnswer> {
    const by = 'SharedLeases.acquire()';
    sharedChecks.key(by, key);
    sharedChecks.lease(by, terms);
    return this.#table.ask(call, () => this.#acquire(key, terms));
  }

  async extend(key: string, token: number, lasts: number, call: SharedCall): Promise<boolean> {
    const by = 'SharedLeases.extend()';
    sharedChecks.key(by, key);
    sharedChecks.token(by, token);
    sharedChecks.lasts(by, lasts);
    return this.#table.ask(call, () => {
      const holders = this.#holders(key);
      if (!holders.has(token)) return false;
      this.#keep(key, holders.set(token, this.#table.now() + lasts));
      return true;
    });
  }

  async release(key: string, token: number, call: SharedCall): Promise<boolean> {
    const by = 'SharedLeases.release()';
    sharedChecks.key(by, key);
    sharedChecks.token(by, token);
    return this.#table.ask(call, () => {
      const holders = this.#holders(key);
      const held = holders.delete(token);
      if (held) this.#keep(key, holders);
      return held;
    });
  }

  #acquire(key: string, { lasts, capacity = 1 }: LeaseTerms): LeaseAnswer {
    const now = this.#table.now();
    const holders = this.#holders(key);
    if (holders.size >= capacity) return { granted: false, left: Math.min(...holders.values()) - now };
    const token = this.#table.next();
    this.#keep(key, holders.set(token, now + lasts));
    return { granted: true, token };
  }

  /** Those who hold it still. */
  #holders(key: string): Holders {
    const now = this.#table.now();
    const found = this.#table.find<Holders>(key) ?? new Map();
    return new Map([...found].filter(([, until]) => until > now));
  }

  #keep(key: string, holders: Holders): void {
    if (holders.size === 0) this.#table.drop(key);
    else this.#table.keep(holders, Math.max(...holders.values()), key);
  }
}
