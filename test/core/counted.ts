import { type EndListener, Lifetime } from '../../src/core/index.js';

/** A lifetime that says how many watch for its end. */
export interface CountedLifetime extends Lifetime {
  readonly watchers: number;
}

class Counted extends Lifetime implements CountedLifetime {
  readonly #watching = new Set<object>();

  get watchers(): number {
    return this.#watching.size;
  }

  override watch(listener: EndListener): () => void {
    const watcher = {};
    this.#watching.add(watcher);
    const stop = super.watch(listener);
    return () => {
      this.#watching.delete(watcher);
      stop();
    };
  }
}

/** Makes a lifetime that says how many watch for its end. */
export function counted(): CountedLifetime {
  return new Counted();
}
