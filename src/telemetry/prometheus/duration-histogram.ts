import { Histogram } from 'prom-client';
import type { Runtime } from '../../runtime/index.js';
import { DurationTally } from './duration-tally.js';
import type { Timing } from './timing.js';

/** The durations of the methods of one runtime, by method and part. */
type Book = Map<string, Map<string, DurationTally>>;

/** One line of a histogram, in prom-client's form. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * How long something takes, as a histogram. Durations are counted in plain fields and put in prom-client's form when somebody scrapes:
 * its own `observe` costs as much as all the rest of a watched call.
 */
export class DurationHistogram extends Histogram<string> {
  readonly timing: Timing;
  readonly bounds: readonly number[];
  readonly #books = new Map<Runtime, Book>();

  constructor(timing: Timing, buckets: readonly number[]) {
    const { name, help, by } = timing;
    super({
      name,
      help,
      labelNames: by === undefined ? ['method'] : ['method', by],
      buckets: [...buckets],
      registers: [],
    });
    this.timing = timing;
    this.bounds = buckets;
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

  /** What a registry asks a histogram for; its `get()` is made from this, too. */
  async getForPromString() {
    const { name, help } = this.timing;
    const values: Line[] = [];
    for (const [method, parts] of this.#totals()) {
      for (const [part, tally] of parts) values.push(...this.#linesOf(method, part, tally));
    }
    return { name, help, type: 'histogram', aggregator: 'sum', values };
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

  #linesOf(method: string, part: string, { counts, sum }: DurationTally): Line[] {
    const { name, by } = this.timing;
    const sharedLabels = by === undefined ? { method } : { method, [by]: part };
    let noted = 0;
    const lines = counts.map((count, bucket): Line => {
      noted += count;
      const le = this.bounds[bucket] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: noted };
    });
    lines.push({ metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum });
    lines.push({ metricName: `${name}_count`, labels: {}, sharedLabels, value: noted });
    return lines;
  }
}
