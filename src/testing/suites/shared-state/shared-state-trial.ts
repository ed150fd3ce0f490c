import assert from 'node:assert/strict';
import type {
  CircuitCounts,
  CircuitMoveTo,
  LeaseAnswer,
  MoveAnswer,
  PermitAnswer,
  SharedCircuit,
  SharedLimit,
  SharedState,
} from '../../../core/index.js';
import { systemClock } from '../../../core/index.js';
import { answered } from '../answered.js';
import type { Demand as AnyDemand } from '../demands.js';
import { mustHave } from '../suite-input.js';

/** A fresh, empty state for one test, and what belongs to it. */
export interface SharedStateOnTrial {
  /** Opens it, each time as another process would; with another prefix, as another application would. */
  open(prefix?: string): SharedState | Promise<SharedState>;
  /** Lets so many milliseconds pass for the back end. @default waits for as long */
  pass?(duration: number): void | Promise<void>;
  /** How many things the back end remembers. */
  size?(): number | Promise<number>;
  /** Cuts the connection of one that was opened. */
  cut?(state: SharedState): void | Promise<void>;
  /** Lets it connect again. */
  heal?(state: SharedState): void | Promise<void>;
  /** Starts the back end anew, without its data; connections come back by themselves. */
  restart?(): void | Promise<void>;
  /** Clears up after the test; all that was opened is closed before. */
  dispose?(): void | Promise<void>;
}

/** What not every state claims. */
export type StateClaim = 'stands' | 'measured' | 'severable' | 'restarts' | 'prefixes' | 'ownClock';

/** Something that is expected of a shared state. */
export type Demand = AnyDemand<StateTrial, StateClaim>;

/** How circuits are kept in trials. */
export const kept = { window: 1000, idle: 1500 };

/** One state, with words for what is done to it. */
export class StateTrial {
  readonly #set: SharedStateOnTrial;
  readonly #opened: SharedState[] = [];

  constructor(set: SharedStateOnTrial) {
    mustHave('What make() gives', set, ['open']);
    this.#set = set;
  }

  async open(prefix?: string): Promise<Handle> {
    const state = await answered('open()', this.#set.open(prefix));
    mustHave('What open() gives', state, ['check', 'close']);
    this.#opened.push(state);
    return new Handle(state);
  }

  /** Several handles, as several processes have them. */
  async several(count: number): Promise<[Handle, ...Handle[]]> {
    const first = await this.open();
    const handles: [Handle, ...Handle[]] = [first];
    while (handles.length < count) handles.push(await this.open());
    return handles;
  }

  async pass(duration: number): Promise<void> {
    if (this.#set.pass) await this.#set.pass(duration);
    else await systemClock.sleep(duration);
  }

  async size(): Promise<number> {
    assert.ok(this.#set.size, 'make() must give size(); claim { measured: false } if it cannot be known');
    return answered('size()', this.#set.size());
  }

  async cut({ state }: Handle): Promise<void> {
    assert.ok(this.#set.cut, 'make() must give cut() and heal(); claim { severable: false } if it cannot');
    await answered('cut()', this.#set.cut(state));
  }

  async heal({ state }: Handle): Promise<void> {
    assert.ok(this.#set.heal, 'make() must give cut() and heal(); claim { severable: false } if it cannot');
    await answered('heal()', this.#set.heal(state));
  }

  async restart(): Promise<void> {
    assert.ok(this.#set.restart, 'make() must give restart(); claim { restarts: false } if it cannot');
    await answered('restart()', this.#set.restart());
  }

  async clear(): Promise<void> {
    const closing = this.#opened.map(async (state) => answered('close()', state.close()));
    const closed = await Promise.allSettled(closing);
    await answered('dispose()', this.#set.dispose?.());
    for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** What one process has of a state. */
export class Handle {
  readonly state: SharedState;

  constructor(state: SharedState) {
    this.state = state;
  }

  take(key: string, weight: number, ...limits: readonly SharedLimit[]): Promise<PermitAnswer> {
    return answered('take()', this.state.permits.take(key, weight, limits, idle()));
  }

  giveBack(key: string, answer: PermitAnswer, ...limits: readonly SharedLimit[]): Promise<void> {
    assert.ok(answer.granted, 'nothing was granted that could be given back');
    return answered('giveBack()', this.state.permits.giveBack(key, answer.receipt, limits, idle()));
  }

  read(key: string): Promise<SharedCircuit> {
    return answered('read()', this.state.circuits.read(key, kept, idle()));
  }

  move(key: string, version: string, to: CircuitMoveTo): Promise<MoveAnswer> {
    return answered('move()', this.state.circuits.move(key, version, to, kept, idle()));
  }

  report(key: string, version: string, counts: Partial<CircuitCounts>): Promise<SharedCircuit> {
    const all = { calls: 0, failures: 0, slow: 0, ...counts };
    return answered('report()', this.state.circuits.report(key, version, all, kept, idle()));
  }

  acquire(key: string, lasts: number, capacity?: number): Promise<LeaseAnswer> {
    return answered(
      'acquire()',
      this.state.leases.acquire(key, { lasts, ...(capacity !== undefined && { capacity }) }, idle()),
    );
  }

  /** Takes a lease that nobody holds; gives its token. */
  async lease(key: string, lasts: number): Promise<number> {
    const answer = await this.acquire(key, lasts);
    assert.ok(answer.granted, `nobody holds ${JSON.stringify(key.slice(-20))}, but the lease is refused`);
    return answer.token;
  }

  extend(key: string, token: number, lasts: number): Promise<boolean> {
    return answered('extend()', this.state.leases.extend(key, token, lasts, idle()));
  }

  release(key: string, token: number): Promise<boolean> {
    return answered('release()', this.state.leases.release(key, token, idle()));
  }

  publish(channel: string, message: string): Promise<void> {
    return answered('publish()', this.state.bus.publish(channel, message, idle()));
  }
}

/** What an operation is told for which somebody waits. */
export function idle(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

/** One of a list, in turn. */
export function inTurn<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
