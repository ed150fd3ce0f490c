import {
  Alarm,
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

/** How far the patience with a store goes. */
export interface StorePatience {
  /** For one operation, in milliseconds. */
  readonly timeout: number;
  readonly maxAttempts: number;
  readonly delay: number;
}

/** One operation of a store. */
type Operation<T> = (call: StoreCall) => Awaitable<T>;

/** Stands between a cache and its store: what takes too long is given up, what failed is repeated, and a store that keeps failing is left alone. */
export class StoreGuard {
  readonly #site: string;
  readonly #clock: Clock;
  readonly #circuit: CacheCircuit;
  readonly #closing: Lifetime;
  readonly #patience: StorePatience;
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
    if (this.#troubled || this.#circuit.state !== 'closed') return this.#patiently(operation, this.#patience.timeout);
    const call = new OngoingCall();
    const found = this.#begun(operation, call);
    return isPromise(found) ? this.#readOn(operation, found, call) : found;
  }

  /** Writes: as often as it takes, each attempt with its own time. */
  write<T>(operation: Operation<T>): Promise<T> {
    return this.#patiently(operation, Number.POSITIVE_INFINITY);
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
    return this.#patiently(operation, this.#patience.timeout, { found: first, call });
  }

  async #patiently<T>(
    operation: Operation<T>,
    time: number,
    begun?: { readonly found: Promise<T>; readonly call: OngoingCall },
  ): Promise<T> {
    const { maxAttempts, delay, timeout } = this.#patience;
    const end = this.#clock.now() + time;
    for (let attempt = 1; ; attempt++) {
      try {
        const left = Math.min(timeout, end - this.#clock.now());
        return await this.#attempt(operation, left, attempt === 1 ? begun : undefined);
      } catch (error) {
        const over = attempt >= maxAttempts || this.#clock.now() + delay >= end;
        if (over || isPermanent(error) || isRejected(error) || this.#closing.ending) throw error;
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
      const limit = new StoreLimit(() => {
        const error = new TimeoutError('attempt', timeout, { site: this.#site });
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

/** What an operation is told; its signal is made when somebody looks at it. */
class OngoingCall implements StoreCall {
  #controller: AbortController | undefined;
  #reason: unknown;
  #aborted = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

class StoreLimit extends Alarm {
  readonly #struck: () => void;

  constructor(struck: () => void) {
    super();
    this.#struck = struck;
  }

  override ring(): void {
    this.#struck();
  }
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
