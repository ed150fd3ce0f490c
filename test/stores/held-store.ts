import { type CacheEntry, type CacheStore, memoryStore, type StoreCall, type StoreSweep } from 'holdfast/stores';

/** An operation that has been asked and not yet answered. */
export interface HeldOperation {
  readonly operation: 'get' | 'set' | 'delete' | 'deleteByTag' | 'clear';
  readonly key: string;
  readonly signal: AbortSignal;
  /** Does it, without answering. */
  readonly act: () => void;
  /** Answers, once it has been done. */
  readonly answer: () => void;
  readonly fail: (error: unknown) => void;
}

/** A store that does and answers nothing before the test says so. */
export class HeldStore implements CacheStore {
  readonly label = 'held';
  readonly inner = memoryStore({ max: 10_000 });
  /** Whether operations wait for the test; else they are answered a moment later. */
  holds = true;
  /** What waits, the oldest first. */
  readonly held: HeldOperation[] = [];
  /** What it was asked in all. */
  readonly asked: string[] = [];

  get(key: string, call: StoreCall): Promise<CacheEntry | undefined> {
    return this.#hold('get', key, call, () => this.inner.get(key));
  }

  set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
    return this.#hold('set', key, call, () => this.inner.set(key, entry));
  }

  delete(key: string, call: StoreCall): Promise<boolean> {
    return this.#hold('delete', key, call, () => this.inner.delete(key));
  }

  deleteByTag(pattern: string, sweep: StoreSweep): Promise<void> {
    return this.#hold('deleteByTag', pattern, sweep, () => this.inner.deleteByTag(pattern, sweep));
  }

  clear(sweep: StoreSweep): Promise<void> {
    return this.#hold('clear', sweep.prefix, sweep, () => this.inner.clear(sweep));
  }

  /** Does and answers what waits for a key, or all. */
  release(key?: string): void {
    for (const held of this.held.filter((one) => key === undefined || one.key === key)) {
      held.act();
      held.answer();
    }
  }

  #hold<T>(operation: HeldOperation['operation'], key: string, { signal }: StoreCall, act: () => T): Promise<T> {
    this.asked.push(`${operation} ${key}`);
    if (!this.holds) return Promise.resolve().then(act);
    return new Promise((resolve, reject) => {
      let answer: T | undefined;
      let done = false;
      const held: HeldOperation = {
        operation,
        key,
        signal,
        act: () => {
          if (!done) answer = act();
          done = true;
        },
        answer: () => this.#end(held, () => resolve(answer as T)),
        fail: (error) => this.#end(held, () => reject(error)),
      };
      this.held.push(held);
    });
  }

  #end(held: HeldOperation, settle: () => void): void {
    this.held.splice(this.held.indexOf(held), 1);
    settle();
  }
}
