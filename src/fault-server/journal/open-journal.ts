import type { Outcome } from '../exchange/exchange.js';
import type { Journal, JournalEntry, JournalSummary } from './journal.js';
import { checkJournalFilter, type JournalFilter } from './journal-filter.js';
import { keyOf } from './request-name.js';

/** An entry that is still being written. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] };

/** When a request came and went, counted in comings and goings: no clock tells that as well. */
interface Stay {
  readonly entry: OpenEntry;
  readonly came: number;
  went: number;
}

/** The journal as it is written. */
export class OpenJournal implements Journal {
  readonly #limit: number;
  readonly #present = new Map<OpenEntry, Stay>();
  #stays: Stay[] = [];
  #moves = 0;
  #seen = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get seen(): number {
    return this.#seen;
  }

  /** Opens an entry; the oldest makes room. */
  open(entry: Omit<JournalEntry, 'number'>): OpenEntry {
    const opened = { ...entry, number: ++this.#seen };
    const stay = { entry: opened, came: this.#moves++, went: Number.POSITIVE_INFINITY };
    this.#present.set(opened, stay);
    this.#stays.push(stay);
    if (this.#stays.length > this.#limit) this.#stays.shift();
    return opened;
  }

  /** Notes how a request ended. */
  settle(entry: OpenEntry, outcome: Outcome, status: number | undefined, took: number): void {
    Object.assign(entry, { outcome, took }, status === undefined ? undefined : { status });
    const stay = this.#present.get(entry);
    if (stay) stay.went = this.#moves++;
    this.#present.delete(entry);
  }

  entries(filter: JournalFilter = {}): readonly JournalEntry[] {
    return this.#chosen(filter).map(({ entry }) => ({ ...entry }));
  }

  summary(filter: JournalFilter = {}): JournalSummary {
    const stays = this.#chosen(filter);
    const entries = stays.map(({ entry }) => entry);
    return {
      count: stays.length,
      peakConcurrency: peakOf(stays),
      spacing: spacingOf(entries),
      keys: keysOf(entries),
    };
  }

  spacing(filter: JournalFilter = {}): readonly number[] {
    return spacingOf(this.#chosen(filter).map(({ entry }) => entry));
  }

  clear(): void {
    this.#stays = [];
  }

  #chosen(filter: JournalFilter): readonly Stay[] {
    const { method, path, outcome, key } = checkJournalFilter(filter);
    return this.#stays.filter(
      ({ entry }) =>
        (method ?? entry.method) === entry.method &&
        (path ?? entry.path) === entry.path &&
        (outcome ?? entry.outcome) === entry.outcome &&
        (key === undefined || keyOf(entry.headers) === key),
    );
  }
}

function keysOf(entries: readonly JournalEntry[]): Readonly<Record<string, number>> {
  const keys = new Map<string, number>();
  for (const entry of entries) {
    const key = keyOf(entry.headers);
    if (key !== undefined) keys.set(key, (keys.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(keys);
}

function spacingOf(entries: readonly JournalEntry[]): readonly number[] {
  return entries.slice(1).map(({ at }, index) => at - (entries[index] as JournalEntry).at);
}

/** Goes through comings and goings in their order. */
function peakOf(stays: readonly Stay[]): number {
  const moves = stays.flatMap(({ came, went }) => [
    { at: came, by: 1 },
    { at: went, by: -1 },
  ]);
  moves.sort((a, b) => a.at - b.at);
  let [now, peak] = [0, 0];
  for (const { by } of moves) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
}
