import { type Call, type Flights, Lifetime, linkedCall, type Next } from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

/** What calls of one test have in common. */
export const origin = () => ({
  site: 'Users.find',
  clock: new ManualClock(),
  lifetime: new Lifetime(),
  closing: new Lifetime(),
});

/** A call, and how it is ended from outside if it can be. */
export function callWith({
  endable = false,
  world = origin(),
  outer,
}: {
  endable?: boolean;
  world?: ReturnType<typeof origin>;
  outer?: Call;
} = {}): Call {
  const call = linkedCall(world, {}, ['a'], outer, false);
  call.interruptible = endable || outer !== undefined;
  return call;
}

/** A load that the test lets come in. */
export function gate() {
  const runs: {
    readonly call: Call;
    readonly land: (value: unknown) => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  const next: Next = (call) => new Promise((land, fail) => runs.push({ call, land, fail }));
  return { runs, next, latest: () => runs.at(-1) as (typeof runs)[number] };
}

/** Joins the flight with that key, or starts one. */
export const ride = (flights: Flights, key: string, call: Call, next: Next) =>
  flights.join(key, call) ?? flights.start(key, call, next);
