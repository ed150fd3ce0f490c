import { Alarm, type Clock, runOutside, TimeoutError } from '../../core/index.js';
import type { Awaitable, CacheEntry, CacheStore, StoreCall } from '../../policies/cache/index.js';
import type { HttpCacheTally, StoreTrouble } from './http-cache-tally.js';

/** How many times as long as a read a write may take: no request waits for it. */
const writeFactor = 20;

type Operation = StoreTrouble['operation'];

/** Stands between a cache and its store: what fails or takes too long is told, and is nothing to those who asked. */
export class PatientStore {
  /** For a read, in milliseconds. */
  readonly timeout: number;
  readonly #store: CacheStore;
  readonly #clock: Clock;
  readonly #tally: HttpCacheTally;
  readonly #client: string;

  constructor(store: CacheStore, timeout: number, world: { client: string; clock: Clock; tally: HttpCacheTally }) {
    this.#store = store;
    this.timeout = timeout;
    this.#clock = world.clock;
    this.#tally = world.tally;
    this.#client = world.client;
  }

  get label(): string {
    return this.#store.label ?? 'store';
  }

  get size(): number | undefined {
    return this.#store.size;
  }

  get bytes(): number | undefined {
    return this.#store.bytes;
  }

  /** What is there and passes the check; undefined where there is nothing, or trouble. */
  async read<T>(key: string, until: number, checked: (entry: CacheEntry) => T): Promise<T | undefined> {
    const time = Math.max(0, until - this.#clock.now());
    const found = await this.#try('get', key, time, async (call) => {
      const entry = await this.#store.get(key, call);
      if (entry === undefined || entry === null) return undefined;
      if (typeof entry.version !== 'string') throw new TypeError('the store gave something that is no entry');
      return checked(entry);
    });
    return found?.done;
  }

  /** Resolves to whether something was over in time. */
  async waited(work: Promise<unknown>, until: number): Promise<boolean> {
    const time = Math.max(0, until - this.#clock.now());
    try {
      await this.#limited(time, new AbortController(), () => work);
      return true;
    } catch {
      return false; // what kept it waiting is told by those who work
    }
  }

  /** Resolves to whether it was done, as all that follow do. */
  async write(key: string, entry: CacheEntry): Promise<boolean> {
    return (await this.#change('set', key, (call) => this.#store.set(key, entry, call))) !== undefined;
  }

  async remove(key: string): Promise<boolean> {
    return (await this.#change('delete', key, (call) => this.#store.delete(key, call))) !== undefined;
  }

  async removeByTag(tag: string, prefix: string): Promise<boolean> {
    const sweep = ({ signal }: StoreCall) => this.#store.deleteByTag(tag, { prefix, signal });
    return (await this.#change('deleteByTag', undefined, sweep)) !== undefined;
  }

  /** Tells that a change is not even tried, since too many others wait. */
  refuse(operation: Operation, key: string | undefined): void {
    const error = new RangeError('too many changes wait for the store');
    this.#tally.storeFailed(this.label, { operation, error, ...(key !== undefined && { key }) });
  }

  /** Rejects where it could not be done: whoever asked wants to know. */
  clear(prefix: string): Promise<void> {
    const time = this.timeout * writeFactor * 5;
    return this.#within('clear', undefined, time, ({ signal }) => this.#store.clear({ prefix, signal }));
  }

  #change<T>(operation: Operation, key: string | undefined, run: (call: StoreCall) => Awaitable<T>) {
    return this.#try(operation, key, this.timeout * writeFactor, run);
  }

  async #try<T>(
    operation: Operation,
    key: string | undefined,
    time: number,
    run: (call: StoreCall) => Awaitable<T>,
  ): Promise<{ readonly done: T } | undefined> {
    try {
      return { done: await this.#within(operation, key, time, run) };
    } catch {
      return undefined; // told already
    }
  }

  async #within<T>(
    operation: Operation,
    key: string | undefined,
    time: number,
    run: (call: StoreCall) => Awaitable<T>,
  ): Promise<T> {
    const end = new AbortController();
    try {
      return await this.#limited(time, end, () => runOutside(() => run({ signal: end.signal })));
    } catch (error) {
      this.#tally.storeFailed(this.label, { operation, error, ...(key !== undefined && { key }) });
      throw error;
    }
  }

  #limited<T>(time: number, end: AbortController, run: () => Awaitable<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const limit = new Limit(() => {
        const error = new TimeoutError('attempt', Math.ceil(time), { site: this.#client });
        end.abort(error);
        reject(error);
      });
      const over = () => this.#clock.disarm(limit);
      this.#clock.arm(limit, this.#clock.now() + time);
      const outcome = (async () => run())();
      outcome.then(over, over);
      outcome.then(resolve, reject);
    });
  }
}

class Limit extends Alarm {
  readonly #struck: () => void;

  constructor(struck: () => void) {
    super();
    this.#struck = struck;
  }

  override ring(): void {
    this.#struck();
  }
}
