import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  type Call,
  enterCall,
  FlightAbandoned,
  Flights,
  RuntimeDisposedError,
  TimeoutError,
} from '../../src/core/index.js';
import { settle, watch } from '../../src/testing/index.js';
import { callWith, gate, origin, ride } from './airfield.js';
import { counted } from './counted.js';

/** What is really in use, after a collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

describe('flights', () => {
  it('run once for all who ask while it is in the air, and give them the same value', async () => {
    const { runs, next, latest } = gate();
    const flights = new Flights();
    const value = { id: 1 };
    const all = Array.from({ length: 10 }, () => ride(flights, 'a', callWith(), next));
    expect([flights.size, flights.has('a'), flights.keys()]).toEqual([1, true, ['a']]);
    latest().land(value);
    for (const answer of await Promise.all(all)) expect(answer).toBe(value);
    expect(runs).toHaveLength(1);
  });

  it('keep keys apart', () => {
    const { runs, next } = gate();
    const flights = new Flights();
    ride(flights, 'a', callWith(), next);
    ride(flights, 'b', callWith(), next);
    expect(runs).toHaveLength(2);
    expect(flights.keys()).toEqual(['a', 'b']);
  });

  it('are gone when they land: whoever asks then starts another, even first thing on landing', async () => {
    const { runs, next, latest } = gate();
    const flights = new Flights();
    const again = ride(flights, 'a', callWith(), next).then(() => ride(flights, 'a', callWith(), next));
    latest().land(1);
    await settle();
    expect(runs).toHaveLength(2);
    latest().land(2);
    expect(await again).toBe(2);
    expect([flights.size, flights.has('a'), flights.join('a', callWith())]).toEqual([0, false, undefined]);
  });

  it('give everyone on board the same error, and nothing of it to the next', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const all = [callWith(), callWith({ endable: true })].map((call) => watch(ride(flights, 'a', call, next)));
    const boom = new Error('down');
    latest().fail(boom);
    await settle();
    for (const { error } of all) expect(error).toBe(boom);
    expect(flights.has('a')).toBe(false);
  });

  it('serve a call that nobody can end as it is, and belong to nobody otherwise', () => {
    const { runs, next } = gate();
    const flights = new Flights();
    const [free, bound] = [callWith(), callWith({ endable: true })];
    bound.due = 5;
    flights.start('a', free, next);
    const seen = watch(flights.start('b', bound, next));
    expect(runs[0]?.call).toBe(free);
    expect(runs[1]?.call).not.toBe(bound);
    expect(runs[1]?.call).toMatchObject({ deadline: Number.POSITIVE_INFINITY, target: bound.target, args: bound.args });
    bound.end('gone');
    expect(runs[1]?.call.ending?.reason).toBeInstanceOf(FlightAbandoned);
    expect(seen.state).toBe('pending'); // it learns of it in its own promise, a moment later
  });

  it('let each leave alone, with its own reason and at once', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const calls = [callWith({ endable: true }), callWith({ endable: true }), callWith({ endable: true })] as const;
    const seen = calls.map((call) => watch(ride(flights, 'a', call, next)));
    calls[0].end('the first has had enough'); // it started the flight
    await settle();
    expect(seen.map(({ state }) => state)).toEqual(['rejected', 'pending', 'pending']);
    expect(seen[0]?.error).toBe('the first has had enough');
    latest().land(42);
    await settle();
    expect(seen.slice(1)).toEqual([
      { state: 'resolved', value: 42 },
      { state: 'resolved', value: 42 },
    ]);
  });

  it('end when the last has left: the signal aborts, and the next call starts anew', async () => {
    const { runs, next, latest } = gate();
    const flights = new Flights();
    const calls = [callWith({ endable: true }), callWith({ endable: true })] as const;
    const seen = calls.map((call) => watch(ride(flights, 'a', call, next)));
    const { signal } = latest().call;
    calls[1].end('second');
    expect(signal.aborted).toBe(false);
    calls[0].end('first');
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      message: 'everyone who waited for this call has left',
    });
    expect(flights.has('a')).toBe(false);
    latest().fail(signal.reason);
    await settle();
    expect(seen.map(({ error }) => error)).toEqual(['first', 'second']);
    ride(flights, 'a', callWith(), next);
    expect(runs).toHaveLength(2);
  });

  it('stay in the air for one who cannot be ended, whoever leaves', () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const leader = callWith({ endable: true });
    watch(ride(flights, 'a', leader, next));
    ride(flights, 'a', callWith(), next);
    leader.end('gone');
    expect(latest().call.ending).toBeUndefined();
    expect(flights.has('a')).toBe(true);
  });

  it('count nobody twice: one who has landed can leave without harm', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const call = callWith({ endable: true });
    const seen = watch(ride(flights, 'a', call, next));
    const { signal } = latest().call;
    latest().land(1);
    await settle();
    call.end('late');
    expect(signal.aborted).toBe(false);
    expect(seen.value).toBe(1);
  });

  it('let one leave that has ended before it came', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const ended = callWith({ endable: true });
    ended.end('before');
    ride(flights, 'a', callWith(), next);
    const seen = watch(ride(flights, 'a', ended, next));
    await settle();
    expect(seen).toEqual({ state: 'rejected', error: 'before' });
    expect(latest().call.ending).toBeUndefined();
  });

  it('leave no listener on the calls that rode', async () => {
    const { next, latest } = gate();
    const lifetime = counted();
    const world = { ...origin(), lifetime };
    const flights = new Flights();
    for (let round = 0; round < 3; round++) {
      ride(flights, 'a', callWith({ endable: true, world }), next);
      ride(flights, 'a', callWith({ endable: true, world }), next);
      expect(lifetime.watchers).toBe(2);
      latest().land(round);
      await settle();
      expect(lifetime.watchers).toBe(0);
    }
  });

  it('forget a key: later calls start anew, those on board stay, and the older does not take the place of the newer', async () => {
    const { runs, next } = gate();
    const flights = new Flights();
    const first = watch(ride(flights, 'a', callWith(), next));
    expect([flights.forget('a'), flights.forget('a'), flights.forget('b')]).toEqual([true, false, false]);
    const second = watch(ride(flights, 'a', callWith(), next));
    expect([flights.isRunBy('a', runs[0]?.call as Call), flights.isRunBy('a', runs[1]?.call as Call)]).toEqual([
      false,
      true,
    ]);
    runs[0]?.land('old');
    await settle();
    expect(flights.has('a')).toBe(true);
    runs[1]?.land('new');
    await settle();
    expect([first.value, second.value, flights.size]).toEqual(['old', 'new', 0]);
  });

  it('that are started where one is in the air already take its place', async () => {
    const { runs, next } = gate();
    const flights = new Flights();
    const seen = [1, 2].map(() => watch(flights.start('a', callWith(), next)));
    expect([flights.size, flights.isRunBy('a', runs[1]?.call as Call)]).toEqual([1, true]);
    for (const [run, { land }] of runs.entries()) land(run);
    await settle();
    expect([seen.map(({ value }) => value), flights.size]).toEqual([[0, 1], 0]);
  });

  it('leave the signal of what has landed as it is, whatever ends afterwards', async () => {
    const { next, latest } = gate();
    const world = origin();
    ride(new Flights(), 'a', callWith({ world }), next);
    const { signal } = latest().call;
    latest().land(1);
    await settle();
    world.lifetime.end(new RuntimeDisposedError('the runtime'));
    expect(signal.aborted).toBe(false);
  });

  it('forget everything at once, and go on', async () => {
    const { runs, next } = gate();
    const flights = new Flights();
    const before = ['a', 'b'].map((key) => watch(ride(flights, key, callWith(), next)));
    flights.clear();
    expect([flights.size, flights.keys()]).toEqual([0, []]);
    ride(flights, 'a', callWith(), next);
    for (const run of runs.slice(0, 2)) run.land('old');
    await settle();
    expect(before.map(({ value }) => value)).toEqual(['old', 'old']);
    expect([flights.size, flights.keys()]).toEqual([1, ['a']]);
  });

  it('take off for nobody, and then go on whoever comes and leaves', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const flight = callWith();
    flight.interruptible = true;
    const landed = watch(flights.launch('a', flight, next));
    const passer = callWith({ endable: true });
    const passing = watch(ride(flights, 'a', passer, next));
    passer.end('gone');
    await settle();
    expect(passing.error).toBe('gone');
    expect(flight.ending).toBeUndefined();
    latest().land(1);
    await settle();
    expect([landed.value, flights.size]).toEqual([1, 0]);
  });

  it('never make a call wait for itself: one that the flight makes starts another', () => {
    const { next, latest } = gate();
    const flights = new Flights();
    flights.start('a', callWith(), next);
    const attempt = latest().call.fork();
    const inner = callWith({ outer: callWith({ outer: attempt }) });
    expect(flights.join('a', inner)).toBeUndefined();
    expect(flights.join('a', callWith({ outer: callWith() }))).toBeDefined();
  });

  it('end everyone on board when the method cancels the call', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const call = callWith({ endable: true });
    const seen = watch(ride(flights, 'a', call, next));
    latest().call.cancel('no use');
    latest().fail('no use');
    await settle();
    expect(seen.error).toBe('no use');
    expect(call.ending).toEqual({ reason: 'no use', timedOut: false });
  });

  it('end nobody when the flight alone ran out of time', async () => {
    const { next, latest } = gate();
    const flights = new Flights();
    const call = callWith({ endable: true });
    const seen = watch(ride(flights, 'a', call, next));
    const late = new TimeoutError('total', 5, { site: 'Users.find' });
    latest().call.end(late, true);
    latest().fail(late);
    await settle();
    expect(seen.error).toBe(late);
    expect(call.ending).toBeUndefined();
  });

  it('end with their runtime', async () => {
    const { next, latest } = gate();
    const world = origin();
    const seen = watch(ride(new Flights(), 'a', callWith({ endable: true, world }), next));
    const { signal } = latest().call;
    world.lifetime.end(new RuntimeDisposedError('the runtime'));
    await settle();
    expect(signal.reason).toBeInstanceOf(RuntimeDisposedError);
    expect(seen.error).toBeInstanceOf(RuntimeDisposedError);
  });

  it('keep no more than a few keys once they have landed', async () => {
    const flights = new Flights();
    const before = heapUsed();
    for (let key = 0; key < 200_000; key++) {
      flights.start(`a key of some length, and its number: ${key}`, callWith(), () => Promise.resolve(1));
      if (key % 100 === 0) await settle();
    }
    await settle();
    expect(flights.size).toBe(0);
    expect(heapUsed() - before).toBeLessThan(200_000 * 20); // a key alone has more bytes
  });
});

it('a flight is not part of the call around the one who started it', () => {
  const around = callWith();
  const before = enterCall(around);
  try {
    const { next, latest } = gate();
    new Flights().start('a', callWith({ outer: around }), next);
    expect(latest().call.outer).toBeUndefined();
  } finally {
    enterCall(before);
  }
});
