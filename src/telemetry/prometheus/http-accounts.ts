import type { Events } from '../../core/index.js';
import type { Runtime } from '../../runtime/index.js';
import { type EndpointAccount, HttpBook, type HttpBookOptions } from './http-book.js';
import { errorTypeOf, errorTypeOfStatus } from './http-error-type.js';

/** The requests that the HTTP clients of some runtimes have told of, as long as these are followed. */
export class HttpAccounts {
  readonly #books = new Map<Runtime, HttpBook>();

  /** Counts what the clients of a runtime tell; the returned function stops, and forgets it. */
  follow(runtime: Runtime, options: HttpBookOptions): () => void {
    const book = new HttpBook(options);
    this.#books.set(runtime, book);
    const { events } = runtime;
    const stops = [
      events.on('http.requested', (event) => noteRequest(book, event)),
      events.on('http.answered', (event) => noteAnswer(book, event)),
      events.on('http.failed', (event) => noteFailure(book, event)),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#books.delete(runtime);
    };
  }

  /** All endpoints; one that is known in several runtimes comes once for each. */
  all(): EndpointAccount[] {
    return [...this.#books.values()].flatMap((book) => [...book.entries()]);
  }
}

function noteRequest(book: HttpBook, { service, endpoint, attempt }: Events['http.requested']): void {
  const counts = book.countsOf(service, endpoint);
  if (attempt > 1) counts.retries++;
}

function noteAnswer(book: HttpBook, { service, endpoint, status, duration }: Events['http.answered']): void {
  const counts = book.countsOf(service, endpoint);
  const type = errorTypeOfStatus(status);
  count(counts.requests, String(status));
  if (type !== undefined) count(counts.errors, type);
  counts.durations?.add(duration / 1000);
}

function noteFailure(book: HttpBook, { service, endpoint, error, cancelled, duration }: Events['http.failed']): void {
  const counts = book.countsOf(service, endpoint);
  const type = cancelled ? 'cancelled' : errorTypeOf(error);
  count(counts.requests, 'none');
  count(counts.errors, type);
  if (!untimed.has(type)) counts.durations?.add(duration / 1000);
}

/** Who ended these, ended them by chance: it says nothing about how long requests take. */
const untimed: ReadonlySet<string> = new Set(['cancelled', 'closed']);

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
