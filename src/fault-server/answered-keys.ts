import { LRUCache } from 'lru-cache';
import type { Clock, Waiting } from '../core/index.js';
import type { Answer } from './exchange/exchange.js';

/** How many answers are remembered, and for how many milliseconds. */
export interface AnsweredKeysBounds {
  readonly max: number;
  readonly ttl: number;
}

/** The characters of all answers that are remembered, whatever their number. */
const mostCharacters = 2 ** 26;

/** The answers to requests that named themselves: a request that comes twice is done once. */
export class AnsweredKeys {
  readonly #answers: LRUCache<string, Answer>;
  readonly #inProgress = new Map<string, Promise<void>>();
  /** Requests that were answered from here. */
  replayed = 0;

  constructor({ max, ttl }: AnsweredKeysBounds, clock: Clock) {
    const startedAt = clock.now() - 1; // 0 would be no time for the cache
    const perf = { now: () => clock.now() - startedAt };
    const sizeCalculation = ({ body }: Answer) => 1 + (typeof body === 'string' ? body.length : 0);
    this.#answers = new LRUCache({ max, ttl, perf, ttlResolution: 0, maxSize: mostCharacters, sizeCalculation });
  }

  /** Answers that are remembered. */
  get size(): number {
    this.#answers.purgeStale();
    return this.#answers.size;
  }

  /** The answer to a request of this name, if it was done already; it says that it is a replay. */
  replay(key: string): Answer | undefined {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    this.replayed++;
    return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } };
  }

  /** What answers a request of this name: the answer that it had already, if need be after a wait for it, or else what `act` makes now. */
  async once(key: string, waiting: Waiting, act: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    for (let busy = this.#inProgress.get(key); busy; busy = this.#inProgress.get(key)) await untilEither(busy, waiting);
    return this.replay(key) ?? this.#doing(key, act);
  }

  /** Says that the request of this name is being done; whoever brings it meanwhile waits. */
  #doing(key: string, act: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const running = act().then((answer) => {
      if (answer && !answer.fleeting) this.#answers.set(key, answer);
      return answer;
    });
    const ended = () => void this.#inProgress.delete(key);
    this.#inProgress.set(key, running.then(ended, ended));
    return running;
  }
}

/** Waits for a promise; rejects when nobody is left to wait for. */
function untilEither(promise: Promise<void>, waiting: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    if (waiting.halt) return reject(waiting.halt.reason);
    const leave = waiting.onHalt(({ reason }) => reject(reason));
    promise.then(() => {
      leave();
      resolve();
    });
  });
}
