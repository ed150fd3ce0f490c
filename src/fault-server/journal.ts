import type { Outcome } from './exchange.js';

/** One request as the server saw it. */
export interface JournalEntry {
  /** 1 for the first request since the start. */
  readonly number: number;
  /** Milliseconds since the start of the server. */
  readonly at: number;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** What stood behind the question mark. */
  readonly query: string;
  /** Those of its header fields that the journal keeps. */
  readonly headers: Readonly<Record<string, string>>;
  /** The kinds of faults that struck it. */
  readonly faults: readonly string[];
  /** How it ended; undefined while it is in progress. */
  readonly outcome?: Outcome;
  /** The status that was sent; undefined when none was. */
  readonly status?: number;
  /** Milliseconds until it ended. */
  readonly took?: number;
}

/** Which entries somebody wants to see. */
export interface JournalFilter {
  readonly method?: string;
  readonly path?: string;
}

/** An entry that is still being written. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] };

/** The last requests, oldest first. */
export class Journal {
  readonly #limit: number;
  #entries: OpenEntry[] = [];
  #seen = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Requests since the start, including those that the journal has forgotten. */
  get seen(): number {
    return this.#seen;
  }

  /** Opens an entry; the oldest makes room. */
  open(entry: Omit<JournalEntry, 'number'>): OpenEntry {
    const opened = { ...entry, number: ++this.#seen };
    this.#entries.push(opened);
    if (this.#entries.length > this.#limit) this.#entries.shift();
    return opened;
  }

  /** The entries that are kept, oldest first; those of one method or path if asked. */
  entries({ method, path }: JournalFilter = {}): readonly JournalEntry[] {
    const chosen = this.#entries.filter(
      (entry) => (method ?? entry.method) === entry.method && (path ?? entry.path) === entry.path,
    );
    return chosen.map((entry) => ({ ...entry }));
  }

  /** Milliseconds between each request and the one before it: the spacing of attempts. */
  spacing(filter?: JournalFilter): readonly number[] {
    const entries = this.entries(filter);
    return entries.slice(1).map(({ at }, index) => at - (entries[index] as JournalEntry).at);
  }

  /** Forgets all entries. */
  clear(): void {
    this.#entries = [];
  }
}
