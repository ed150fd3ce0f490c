import type { Call } from './call.js';
import { type CallLife, letEnd, lifeOf } from './call-life.js';
import { type Ending, type EndListener, Watcher } from './lifetime.js';

/** Calls `listener` in the tick in which a wait of this call must end, because it ends or its runtime is closing. */
export function watchHalt(call: Call, listener: EndListener): () => void {
  letEnd(call);
  const life = lifeOf(call);
  const halt = new Halt(life, listener);
  life.join(halt);
  call.origin.closing.join(halt.closing);
  return () => halt.stop();
}

/** Watches a call, and beside it the runtime. */
class Halt extends Watcher {
  readonly closing = new Closing(this);
  readonly #life: CallLife;
  readonly #listener: EndListener;

  constructor(life: CallLife, listener: EndListener) {
    super();
    this.#life = life;
    this.#listener = listener;
  }

  override ended(ending: Ending): void {
    this.stop();
    this.#listener(ending);
  }

  closed(ending: Ending): void {
    this.ended(this.#life.asSeenHere(ending));
  }

  stop(): void {
    this.watched?.leave(this);
    this.closing.watched?.leave(this.closing);
  }
}

class Closing extends Watcher {
  readonly #halt: Halt;

  constructor(halt: Halt) {
    super();
    this.#halt = halt;
  }

  override ended(ending: Ending): void {
    this.#halt.closed(ending);
  }
}
