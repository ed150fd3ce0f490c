import type { SharedBus, SharedCircuits, SharedLeases, SharedPermits, SharedState } from 'holdfast/testing';
import {
  type ManualClock,
  type MemoryHandle,
  memoryState,
  ManualClock as NewClock,
  type SharedStateOnTrial,
} from 'holdfast/testing';

/** What a broken state can use of the world around it. */
export interface World {
  readonly clock: ManualClock;
  /** How often the back end was started anew. */
  readonly restarts: () => number;
  /** What all its handles remember beside what they should. */
  readonly notes: Map<string, unknown>;
  /** Opens a sound handle. */
  readonly sound: () => MemoryHandle;
}

/** Parts of a state, each with the operations that are wrong in it. */
export interface Wrong {
  readonly permits?: Partial<SharedPermits>;
  readonly circuits?: Partial<SharedCircuits>;
  readonly leases?: Partial<SharedLeases>;
  readonly bus?: Partial<SharedBus>;
  readonly check?: SharedState['check'];
  readonly close?: SharedState['close'];
}

/** How a handle is broken. */
export type Break = (handle: MemoryHandle, world: World) => Wrong;

/** A memory state on a manual clock, whose handles are broken in some way. */
export function onTrial(breaks: Break = () => ({}), wrongSet: Partial<SharedStateOnTrial> = {}): SharedStateOnTrial {
  const clock = new NewClock();
  const state = memoryState({ clock });
  let restarts = 0;
  const world = { clock, notes: new Map(), restarts: () => restarts, sound: () => state.handle() };
  const handles = new Map<SharedState, MemoryHandle>();
  return {
    open: (prefix) => {
      const handle = state.handle(prefix);
      const broken = joined(handle, breaks(handle, world));
      handles.set(broken, handle);
      return broken;
    },
    pass: (duration) => clock.advance(duration),
    size: () => state.size,
    cut: (broken) => handles.get(broken)?.cut(),
    heal: (broken) => handles.get(broken)?.heal(),
    restart: () => {
      restarts++;
      state.restart();
    },
    ...wrongSet,
  };
}

/** Has every operation that is told of a key use another one. */
export function renamed(rename: (key: string, kind: string) => string): Break {
  return ({ permits, circuits, leases, bus }) => ({
    permits: {
      take: (key, ...rest) => permits.take(rename(key, 'permits'), ...rest),
      giveBack: (key, ...rest) => permits.giveBack(rename(key, 'permits'), ...rest),
    },
    circuits: {
      read: (key, ...rest) => circuits.read(rename(key, 'circuit'), ...rest),
      move: (key, ...rest) => circuits.move(rename(key, 'circuit'), ...rest),
      report: (key, ...rest) => circuits.report(rename(key, 'circuit'), ...rest),
    },
    leases: {
      acquire: (key, ...rest) => leases.acquire(rename(key, 'lease'), ...rest),
      extend: (key, ...rest) => leases.extend(rename(key, 'lease'), ...rest),
      release: (key, ...rest) => leases.release(rename(key, 'lease'), ...rest),
    },
    bus: {
      publish: (channel, ...rest) => bus.publish(rename(channel, 'channel'), ...rest),
      subscribe: (channel, ...rest) => bus.subscribe(rename(channel, 'channel'), ...rest),
    },
  });
}

/** Has every operation go through something that may change its call, or what comes of it. */
export function through(pass: <T>(act: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>): Break {
  return ({ permits, circuits, leases, bus, ...state }) => ({
    permits: {
      take: (key, weight, limits, call) => pass((signal) => permits.take(key, weight, limits, { signal }), call.signal),
      giveBack: (key, receipt, limits, call) =>
        pass((signal) => permits.giveBack(key, receipt, limits, { signal }), call.signal),
    },
    circuits: {
      read: (key, kept, call) => pass((signal) => circuits.read(key, kept, { signal }), call.signal),
      move: (key, version, to, kept, call) =>
        pass((signal) => circuits.move(key, version, to, kept, { signal }), call.signal),
      report: (key, version, counts, kept, call) =>
        pass((signal) => circuits.report(key, version, counts, kept, { signal }), call.signal),
    },
    leases: {
      acquire: (key, terms, call) => pass((signal) => leases.acquire(key, terms, { signal }), call.signal),
      extend: (key, token, lasts, call) => pass((signal) => leases.extend(key, token, lasts, { signal }), call.signal),
      release: (key, token, call) => pass((signal) => leases.release(key, token, { signal }), call.signal),
    },
    bus: {
      publish: (channel, message, call) => pass((signal) => bus.publish(channel, message, { signal }), call.signal),
      subscribe: (channel, listener, call) =>
        pass((signal) => bus.subscribe(channel, listener, { signal }), call.signal),
    },
    check: (call) => pass((signal) => state.check({ signal }), call.signal),
  });
}

/** A handle with some of its operations replaced. */
function joined(handle: MemoryHandle, wrong: Wrong): SharedState {
  const { permits, circuits, leases, bus } = handle;
  return {
    permits: {
      take: (...args) => permits.take(...args),
      giveBack: (...args) => permits.giveBack(...args),
      ...wrong.permits,
    },
    circuits: {
      read: (...args) => circuits.read(...args),
      move: (...args) => circuits.move(...args),
      report: (...args) => circuits.report(...args),
      ...wrong.circuits,
    },
    leases: {
      acquire: (...args) => leases.acquire(...args),
      extend: (...args) => leases.extend(...args),
      release: (...args) => leases.release(...args),
      ...wrong.leases,
    },
    bus: {
      publish: (...args) => bus.publish(...args),
      subscribe: (...args) => bus.subscribe(...args),
      ...wrong.bus,
    },
    check: wrong.check ?? ((call) => handle.check(call)),
    close: wrong.close ?? (() => handle.close()),
  };
}
