import { Alarm, type Clock, type Random } from '../../src/core/index.js';

/** How a server is made, and what may change while it runs. */
export interface ServerMake {
  /** Requests that are worked on at the same time. */
  readonly workers: number;
  /** Milliseconds of work in a request, on average: each takes from half to one and a half of it. */
  readonly work: number;
  /** Requests that may queue for a worker; the next one is refused. */
  readonly room?: number;
}

/** A server refuses a request, as one that answers 503 does. */
class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly status = 503;
}

/** A callee of so many workers, with a queue in front of them, on the clock of the test. */
export class ModelServer {
  workers: number;
  work: number;
  readonly #room: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  constructor({ workers, work, room = Number.POSITIVE_INFINITY }: ServerMake, clock: Clock, random: Random) {
    this.workers = workers;
    this.work = work;
    this.#room = room;
    this.#clock = clock;
    this.#random = random;
  }

  /** Works on a request as soon as it is its turn. */
  serve(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#busy >= this.workers && this.#queue.length >= this.#room) return reject(new Unavailable());
      this.#queue.push(resolve);
      this.#begin();
    });
  }

  /** Goes on with more or fewer workers; those who are at work finish it. */
  employ(workers: number): void {
    this.workers = workers;
    this.#begin();
  }

  #begin(): void {
    while (this.#busy < this.workers && this.#queue.length > 0) this.#start(this.#queue.shift()!);
  }

  #start(answer: () => void): void {
    this.#busy++;
    const takes = Math.round(this.work * (0.5 + this.#random.next()));
    const done = () => {
      this.#busy--;
      answer();
      this.#begin();
    };
    this.#clock.arm(new Due(done), this.#clock.now() + takes);
  }
}

/** Does something when its time has come. */
export class Due extends Alarm {
  readonly #action: () => void;

  constructor(action: () => void) {
    super();
    this.#action = action;
  }

  override ring(): void {
    this.#action();
  }
}
