import type { Runtime } from '../../runtime/index.js';
import { DurationTally } from './duration-tally.js';
import { type Tallied, TalliedHistogram } from './tallied-histogram.js';
import type { Timing } from './timing.js';

/** The durations of the methods of one runtime, by method and part. */
type Book = Map<string, Map<string, DurationTally>>;

/** How long something in methods takes, by method and part. */
export class DurationHistogram extends TalliedHistogram {
  readonly timing: Timing;
  readonly #books = new Map<Runtime, Book>();

  constructor(timing: Timing, buckets: readonly number[]) {
    const { name, help, by } = timing;
    super({ name, help, labels: by === undefined ? ['method'] : ['method', by] }, buckets);
    this.timing = timing;
  }

  /** Counts what a runtime tells; the returned function stops, and forgets it. */
  watch(runtime: Runtime): () => void {
    const book: Book = new Map();
    this.#books.set(runtime, book);
    const note = (method: string, part: string, elapsed: number) =>
      this.#tallyIn(book, method, part).add(elapsed / 1000);
    const stop = this.timing.watch(runtime.events, note);
    return () => {
      stop();
      this.#books.delete(runtime);
    };
  }

  protected override *tallies(): Generator<Tallied> {
    const { by } = this.timing;
    for (const [method, parts] of this.#totals()) {
      for (const [part, tally] of parts) yield [by === undefined ? { method } : { method, [by]: part }, tally];
    }
  }

  #tallyIn(book: Book, method: string, part: string): DurationTally {
    let parts = book.get(method);
    if (parts === undefined) {
      parts = new Map();
      book.set(method, parts);
    }
    let tally = parts.get(part);
    if (tally === undefined) {
      tally = new DurationTally(this.bounds);
      parts.set(part, tally);
    }
    return tally;
  }

  /** All runtimes together; every part of every prepared method, those of which there is nothing yet included. */
  #totals(): Book {
    const totals: Book = new Map();
    for (const [runtime, book] of this.#books) {
      for (const method of runtime.methods()) {
        for (const part of this.timing.partsOf(method)) this.#tallyIn(totals, method.site, part);
        for (const [part, tally] of book.get(method.site) ?? []) this.#tallyIn(totals, method.site, part).addAll(tally);
      }
    }
    return totals;
  }
}
