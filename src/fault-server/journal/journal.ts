import type { Outcome } from '../exchange/exchange.js';
import type { JournalFilter } from './journal-filter.js';

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
  /** The beginning of its body, where `journalBodies` asks for it. */
  readonly body?: string;
  /** The kinds of faults that struck it. */
  readonly faults: readonly string[];
  /** How it ended; undefined while it is in progress. */
  readonly outcome?: Outcome;
  /** The status that was sent; undefined when none was. */
  readonly status?: number;
  /** Milliseconds until it ended. */
  readonly took?: number;
}

/** What a test asserts about requests, in numbers. */
export interface JournalSummary {
  readonly count: number;
  /** The most that were in progress at once. */
  readonly peakConcurrency: number;
  /** Milliseconds between each request and the one before it. */
  readonly spacing: readonly number[];
  /** How often each name was brought by a request. */
  readonly keys: Readonly<Record<string, number>>;
}

/** The last requests, oldest first. A filter that makes no sense is refused: it would choose nothing, or all. */
export interface Journal {
  /** Requests since the start, including those that the journal has forgotten. */
  readonly seen: number;
  /** The entries that are kept, oldest first; those of one method, path, outcome or key if asked. Throws `InvalidOptionsError`. */
  entries(filter?: JournalFilter): readonly JournalEntry[];
  /** How many entries there are, how many were in progress at once, how far apart they came, and by what names. Throws `InvalidOptionsError`. */
  summary(filter?: JournalFilter): JournalSummary;
  /** Milliseconds between each request and the one before it: the spacing of attempts. Throws `InvalidOptionsError`. */
  spacing(filter?: JournalFilter): readonly number[];
  /** Forgets all entries. */
  clear(): void;
}
