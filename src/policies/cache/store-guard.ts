import {
  type Clock,
  isPermanent,
  isRejected,
  type Lifetime,
  runOutside,
  TimeoutError,
  type Waiting,
} from '../../core/index.js';
import type { CacheCircuit } from './cache-circuits.js';
import type { Awaitable, StoreCall } from './cache-store.js';
import { OngoingCall } from './ongoing-call.js';
import { StoreLimit } from './store-limit.js';
import { Turns } from './turns.js';

/** How far the patience with a store goes. */
export interface StorePatience {
  /** For a read, in milliseconds: a call waits for it. */
  readonly timeout: number;
  readonly maxAttempts: number;
  readonly delay: number;
}

/** How many times as long as a read an attempt of a write may take: a store that writes many at once, and to a disk, is slower, and no call waits for it. */
const writeFactor = 20;
/** The same for an operation on many entries. */
const sweepFactor = 100;
/** How many writes are asked of a store at a time: the time of one that waits for its turn has not begun. */
const mostWrites = 256;

/** One operation of a store. */
type Operation<T> = (call: StoreCall) => Awaitable<T>;

/** Stands between a cache and its store: what takes too long is given up, what failed is repeated, and a store that keeps failing is left alone. */
export class StoreGuard {
  readonly #site: string;
  readonly #clock: Clock;
  readonly #circuit: CacheCircuit;
  readonly #closing: Lifetime;
  readonly #patience: StorePatience;
  readonly #turns = new Turns(mostWrites);
  /** Its last operation has failed: the next success is news. */
  #troubled = false;

  constructor(site: string, circuit: CacheCircuit, patience: StorePatience, clock: Clock, closing: Lifetime) {
    this.#site = site;
    this.#circuit = circuit;
    this.#patience = patience;
    this.#clock = clock;
    this.#closing = closing;
  }

  /** Reads: at once where the store answers at once. Throws or rejects with what went wrong; repeated only while there is time for it. */
  read<T>(operation: Operation<T>): Awaitable<T> {
    const { timeout } = this.#patience;
    if (this.#troubled || this.#circuit.state !== 'closed') return this.#patiently(operation, timeout, timeout);
    const call = new OngoingCall();
    const found = this.#begun(operation, call);
    return isPromise(found) ? this.#readOn(operation, found, call) : found;
  }

  /** Writes: as often as it takes, each attempt with its own time; `givenUp` hears of one that took too long, and may still be done some time. */
  write<T>(operation: Operation<T>, givenUp?: () => void): Promise<T> {
    const timeout = this.#patience.timeout * writeFactor;
    return this.#turns.take(() => this.#patiently(watched(operation, givenUp), timeout));
  }

  /** Does something to many entries, as it writes. */
  sweep<T>(operation: Operation<T>): Promise<T> {
    return this.#patiently(operation, this.#patience.timeout * sweepFactor);
  }

  #begun<T>(operation: Operation<T>, call: OngoingCall): Awaitable<T> {
    try {
      const found = operation(call);
      return isPromise(found) ? Promise.resolve(found) : found; // a promise of another kind has no more than then
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #readOn<T>(operation: Operation<T>, first: Promise<T>, call: OngoingCall): Promise<T> {
    first.catch(late);
    const { timeout } = this.#patience;
    return this.#patiently(operation, timeout, timeout, { found: first, call });
  }

  async #patiently<T>(
    operation: Operation<T>,
    timeout: number,
    time = Number.POSITIVE_INFINITY,
    begun?: { readonly found: Promise<T>; readonly call: OngoingCall },
  ): Promise<T> {
    const { maxAttempts, delay } = this.#patience;
    const end = this.#clock.now() + time;
    let trouble: unknown;
    for (let attempt = 1; ; attempt++) {
      try {
        const left = Math.min(timeout, end - this.#clock.now());
        return await this.#attempt(operation, left, attempt === 1 ? begun : undefined);
      } catch (error) {
        if (attempt === 1 || !isRejected(error)) trouble = error; // a refusal says less than what led to it
        const over = attempt >= maxAttempts || this.#clock.now() + delay >= end;
        if (over || isPermanent(error) || isRejected(error) || this.#closing.ending) throw trouble;
        await this.#clock.sleep(delay, haltedBy(this.#closing));
      }
    }
  }

  async #attempt<T>(
    operation: Operation<T>,
    timeout: number,
    begun: { readonly found: Promise<T>; readonly call: OngoingCall } | undefined,
  ): Promise<T> {
    const call = begun?.call ?? new OngoingCall();
    const run = () => this.#timed(begun?.found ?? this.#begun(operation, call), call, timeout);
    try {
      const result = await runOutside(() => this.#run(run));
      this.#troubled = false;
      return result;
    } catch (error) {
      this.#troubled = true;
      throw error;
    }
  }

  /** Once the runtime is closing, its circuits let nothing through; what is to be written then is written all the same. */
  async #run<T>(run: () => Awaitable<T>): Promise<T> {
    return this.#closing.ending === undefined ? this.#circuit.execute(run) : run();
  }

  #timed<T>(found: Awaitable<T>, call: OngoingCall, timeout: number): Awaitable<T> {
    if (!isPromise(found)) return found;
    return new Promise((resolve, reject) => {
      const limit = new StoreLimit(this.#clock, timeout, () => {
        const error = new TimeoutError('attempt', Math.ceil(timeout), { site: this.#site });
        call.abort(error);
        reject(error);
      });
      this.#clock.arm(limit, this.#clock.now() + timeout);
      const over = () => this.#clock.disarm(limit);
      found.then(over, over);
      found.then(resolve, reject);
    });
  }
}

/** An operation of which somebody hears when it was given up: its signal tells. */
function watched<T>(operation: Operation<T>, givenUp: (() => void) | undefined): Operation<T> {
  if (givenUp === undefined) return operation;
  return (call) => {
    call.signal.addEventListener('abort', givenUp, { once: true });
    return operation(call);
  };
}

function haltedBy(lifetime: Lifetime): Waiting {
  return {
    get halt() {
      return lifetime.ending;
    },
    onHalt: (listener) => lifetime.watch(listener),
  };
}

function late(): void {} // whoever asked has gone on

export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<T>).then === 'function';
}
