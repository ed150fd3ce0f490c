import type { Call } from './call.js';
import { FlightAbandoned } from './flight-abandoned.js';
import type { Key } from './key.js';
import { detachedCall } from './linked-call.js';
import type { Next } from './policy.js';

/** One run of the method on behalf of everyone who asked for the same meanwhile. */
interface Flight {
  readonly call: Call;
  readonly outcome: Promise<unknown>;
  waiting: number;
  /** Calls on board that nobody can end: they stay to the end, whatever that is. */
  bound: Call[] | undefined;
}

/** Where the flight with one key stands, if there is one. */
interface Slot {
  flight: Flight | undefined;
}

/** How many empty slots are left where they are: filling one again costs a fifth of taking it out of a Map and putting another in. */
const spareSlots = 64;

/**
 * Merges calls with the same key that run at the same time. A flight belongs to nobody: it runs under no caller's signal or
 * deadline, every caller leaves on its own, and the last one to leave ends it. Nothing of it is kept once it has landed.
 */
export class Flights {
  readonly #slots = new Map<Key, Slot>();
  /** How many are in the air. */
  size = 0;

  /** The keys of all flights. */
  keys(): Key[] {
    return [...this.#slots].filter(([, { flight }]) => flight !== undefined).map(([key]) => key);
  }

  has(key: Key): boolean {
    return this.#slots.get(key)?.flight !== undefined;
  }

  /** Tells whether the flight with that key is run by `call`: it has not landed, and was neither forgotten nor replaced. */
  isRunBy(key: Key, call: Call): boolean {
    return this.#slots.get(key)?.flight?.call === call;
  }

  /** Joins the flight with that key, if there is one; not from within that flight, which would wait for itself. */
  join(key: Key, call: Call): Promise<unknown> | undefined {
    const slot = this.#slots.get(key);
    if (slot?.flight === undefined || isWithin(slot.flight.call, call)) return undefined;
    if (!call.interruptible) bind(slot.flight, call);
    return this.#board(slot, slot.flight, call);
  }

  /** Starts a flight; one that has the key already is left to those on board. */
  start(key: Key, call: Call, next: Next): Promise<unknown> {
    const own = call.interruptible ? detached(call) : call; // a call that nobody can end may serve as the flight itself
    const outcome = next(own);
    const slot = this.#slot(key);
    return this.#board(slot, this.#take(slot, own, outcome, 0), call);
  }

  /** Starts a flight for nobody: it goes on until it is done, or `call` ends. */
  launch(key: Key, call: Call, next: Next): Promise<unknown> {
    const outcome = next(call);
    this.#take(this.#slot(key), call, outcome, Number.POSITIVE_INFINITY);
    return outcome;
  }

  /** Lets later calls start anew; those on board stay on board. */
  forget(key: Key): boolean {
    const slot = this.#slots.get(key);
    return slot?.flight !== undefined && this.#empty(slot, slot.flight);
  }

  /** Forgets all flights. */
  clear(): void {
    for (const slot of this.#slots.values()) slot.flight = undefined; // landing and leaving still look there
    this.#slots.clear();
    this.size = 0;
  }

  #slot(key: Key): Slot {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = { flight: undefined };
    this.#slots.set(key, slot);
    return slot;
  }

  #take(slot: Slot, call: Call, outcome: Promise<unknown>, waiting: number): Flight {
    const flight: Flight = { call, outcome, waiting, bound: undefined };
    if (slot.flight === undefined) this.size++;
    slot.flight = flight;
    const landed = () => {
      call.release();
      this.#empty(slot, flight);
      if (flight.bound !== undefined) endWith(call, flight.bound);
    };
    outcome.then(landed, landed); // before anyone on board: who calls again on landing starts anew
    return flight;
  }

  #board(slot: Slot, flight: Flight, call: Call): Promise<unknown> {
    flight.waiting++;
    return call.interruptible ? this.#boardUntilEnded(slot, flight, call) : flight.outcome;
  }

  #boardUntilEnded(slot: Slot, flight: Flight, call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const leave = (reason: unknown) => {
        reject(reason);
        this.#leave(slot, flight);
      };
      if (call.ending) return leave(call.ending.reason);
      const stop = call.watch((ending) => leave(ending.reason));
      flight.outcome.then(
        (value) => {
          stop();
          resolve(value);
        },
        (error) => {
          stop();
          endWith(flight.call, [call]);
          reject(error);
        },
      );
    });
  }

  #leave(slot: Slot, flight: Flight): void {
    if (--flight.waiting > 0) return;
    this.#empty(slot, flight);
    flight.call.end(new FlightAbandoned());
  }

  /** Takes a flight out of its slot, unless another has taken its place. */
  #empty(slot: Slot, flight: Flight): boolean {
    if (slot.flight !== flight) return false;
    slot.flight = undefined;
    this.size--;
    if (this.#slots.size > spareSlots && this.size < this.#slots.size / 2) this.#sweep();
    return true;
  }

  #sweep(): void {
    if (this.size === 0) this.#slots.clear();
    else for (const [key, slot] of this.#slots) if (slot.flight === undefined) this.#slots.delete(key);
  }
}

/** Keeps a call that cannot leave with its flight. */
function bind(flight: Flight, call: Call): void {
  if (flight.bound === undefined) flight.bound = [call];
  else flight.bound.push(call);
}

/** Where the method cancelled a flight, it cancelled the calls of everyone on board. */
function endWith({ ending }: Call, onBoard: readonly Call[]): void {
  if (ending !== undefined && !ending.timedOut) for (const call of onBoard) call.end(ending.reason);
}

const startedBy = new WeakMap<Call, Call>();

/** A call for a flight, which belongs to nobody, but remembers who started it. */
function detached(call: Call): Call {
  const own = detachedCall(call);
  startedBy.set(own, call);
  return own;
}

/** Tells whether a call was made by what runs on behalf of another, through other flights too, as far as can be seen. */
function isWithin(flight: Call, call: Call): boolean {
  for (let around = call.outer; around; around = around.parent ?? startedBy.get(around)) {
    if (around === flight) return true;
  }
  return false;
}
