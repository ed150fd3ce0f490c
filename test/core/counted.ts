import { Lifetime, type Watcher } from '../../src/core/index.js';

/** A lifetime that says how many watch for its end. */
export interface CountedLifetime extends Lifetime {
  readonly watchers: number;
}

class Counted extends Lifetime implements CountedLifetime {
  readonly #watching = new Set<Watcher>();

  get watchers(): number {
    return this.#watching.size;
  }

  override join(watcher: Watcher): void {
    this.#watching.add(watcher);
    super.join(watcher);
  }

  override leave(watcher: Watcher): void {
    this.#watching.delete(watcher);
    super.leave(watcher);
  }
}

/** Makes a lifetime that says how many watch for its end. */
export function counted(): CountedLifetime {
  return new Counted();
}
