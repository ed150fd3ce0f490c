import {
  type CircuitCounts,
  type CircuitKeeping,
  type CircuitMoveTo,
  type MoveAnswer,
  type SharedCall,
  type SharedCircuit,
  type SharedCircuits,
  sharedChecks,
} from '../../core/index.js';
import type { MemoryTable } from './memory-state-table.js';

interface CircuitRecord {
  readonly version: string;
  readonly is: SharedCircuit['is'];
  readonly until: number;
  readonly openings: number;
  /** What was reported, by the tenth of the window in which it was. */
  readonly parts: Map<number, CircuitCounts>;
}

const none: CircuitCounts = { calls: 0, failures: 0, slow: 0 };

/** The circuits of a memory state. */
export class MemoryCircuits implements SharedCircuits {
  readonly #table: MemoryTable;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async read(key: string, kept: CircuitKeeping, call: SharedCall): Promise<SharedCircuit> {
    check('read', key, kept);
    return this.#table.ask(call, () => this.#seen(key, kept, this.#find(key)));
  }

  async move(
    key: string,
    version: string,
    to: CircuitMoveTo,
    kept: CircuitKeeping,
    call: SharedCall,
  ): Promise<MoveAnswer> {
    check('move', key, kept, version);
    sharedChecks.move('SharedCircuits.move()', to);
    return this.#table.ask(call, () => {
      const found = this.#find(key);
      const moved = found.version === version;
      return { moved, circuit: this.#seen(key, kept, moved ? this.#begin(to) : found) };
    });
  }

  async report(
    key: string,
    version: string,
    counts: CircuitCounts,
    kept: CircuitKeeping,
    call: SharedCall,
  ): Promise<SharedCircuit> {
    check('report', key, kept, version);
    sharedChecks.counts('SharedCircuits.report()', counts);
    return this.#table.ask(call, () => {
      const found = this.#find(key);
      if (found.version === version) {
        const part = this.#part(kept);
        found.parts.set(part, sum([found.parts.get(part) ?? none, counts]));
      }
      return this.#seen(key, kept, found);
    });
  }

  #find(key: string): CircuitRecord {
    return this.#table.find<CircuitRecord>(key) ?? this.#begin({ is: 'closed', openings: 0 });
  }

  #begin({ is, after = Number.POSITIVE_INFINITY, openings }: CircuitMoveTo): CircuitRecord {
    const version = String(this.#table.next());
    return { version, is, until: this.#table.now() + after, openings, parts: new Map() };
  }

  /** Tells how it stands, and remembers it from now on. */
  #seen(key: string, kept: CircuitKeeping, record: CircuitRecord): SharedCircuit {
    const now = this.#table.now();
    const first = this.#part(kept) - 9;
    for (const part of record.parts.keys()) if (part < first) record.parts.delete(part);
    const left = Math.max(0, record.until - now);
    this.#table.keep(record, now + Math.max(kept.idle, left < Number.POSITIVE_INFINITY ? left : 0), key);
    const { version, is, openings, parts } = record;
    return { version, is, left, openings, counts: sum([...parts.values()]) };
  }

  #part({ window }: CircuitKeeping): number {
    return Math.floor((this.#table.now() * 10) / window);
  }
}

function check(operation: string, key: string, kept: CircuitKeeping, version = ' '): void {
  const by = `SharedCircuits.${operation}()`;
  sharedChecks.key(by, key);
  sharedChecks.key(by, version, 'version');
  sharedChecks.keeping(by, kept);
}

function sum(counts: readonly CircuitCounts[]): CircuitCounts {
  return counts.reduce(
    (all, one) => ({
      calls: all.calls + one.calls,
      failures: all.failures + one.failures,
      slow: all.slow + one.slow,
    }),
    none,
  );
}
