import type { BusListener, MemoryHandle } from 'holdfast/testing';
import type { Mutant } from './broken-permits.js';

const again = 'listens again by itself after a lost connection, and says that messages may have been missed';
const stopped = 'tells nothing to those who stopped while the connection was lost';
const anew = 'goes on with a back end that was started anew without its data';
const before = 'gives no token and no version of before to anybody after that';

/** Has something done whenever the connection is lost, or is back. */
function onChange(handle: MemoryHandle, change: 'cut' | 'heal', act: () => void): void {
  const sound = handle[change].bind(handle);
  handle[change] = () => {
    sound();
    act();
  };
}

/** A number that begins anew with the back end. */
function counter(restarts: () => number, notes: Map<string, unknown>): () => number {
  return () => {
    const name = `counter ${restarts()}`;
    notes.set(name, Number(notes.get(name) ?? 0) + 1);
    return Number(notes.get(name));
  };
}

/** States that go wrong where connections, or a back end's memory, are lost. */
export const brokenLinks: readonly Mutant[] = [
  [
    'says that messages may be missed when the connection is lost, and not when it is back',
    (handle) => ({
      bus: {
        subscribe: (channel, listener, call) => {
          onChange(handle, 'cut', () => listener.missed());
          return handle.bus.subscribe(
            channel,
            { heard: (text) => listener.heard(text), missed: () => undefined },
            call,
          );
        },
      },
    }),
    again,
  ],
  [
    'listens again on the first channel alone',
    (handle) => {
      const first = new Set<string>();
      return {
        bus: {
          subscribe: async (channel, ...rest) => {
            const stop = await handle.bus.subscribe(channel, ...rest);
            if (first.size > 0 && !first.has(channel)) onChange(handle, 'cut', () => void stop());
            first.add(channel);
            return stop;
          },
        },
      };
    },
    again,
  ],
  [
    'listens once more with every connection',
    (handle) => ({
      bus: {
        subscribe: (channel, listener, call) => {
          const silent: BusListener = { heard: (text) => listener.heard(text), missed: () => undefined };
          onChange(handle, 'heal', () => void handle.bus.subscribe(channel, silent, call));
          return handle.bus.subscribe(channel, listener, call);
        },
      },
    }),
    again,
  ],
  [
    'stops nobody while the connection is lost',
    (handle) => {
      let lost = false;
      onChange(handle, 'cut', () => (lost = true));
      return {
        bus: {
          subscribe: async (...args) => {
            const stop = await handle.bus.subscribe(...args);
            return async () => (lost ? undefined : stop());
          },
        },
      };
    },
    stopped,
  ],
  [
    'uses scripts that a new back end does not know',
    ({ permits }, { restarts }) => ({
      permits: {
        take: async (...args) => {
          if (restarts() > 0) throw new Error('NOSCRIPT No matching script');
          return permits.take(...args);
        },
      },
    }),
    anew,
  ],
  [
    'does not notice that a new back end knows no subscriptions',
    ({ bus }, { restarts }) => ({
      bus: {
        subscribe: (channel, listener, call) => {
          const heard = (text: string) => (restarts() > 0 ? undefined : listener.heard(text));
          const missed = () => (restarts() > 0 ? undefined : listener.missed());
          return bus.subscribe(channel, { heard, missed }, call);
        },
      },
    }),
    anew,
  ],
  [
    'counts tokens in the memory of the back end',
    ({ leases }, { restarts, notes }) => {
      const next = counter(restarts, notes);
      return {
        leases: {
          acquire: async (...args) => {
            const answer = await leases.acquire(...args);
            return answer.granted ? { granted: true, token: next() } : answer;
          },
        },
      };
    },
    before,
  ],
  [
    'counts versions in the memory of the back end',
    ({ circuits }, { restarts, notes }) => {
      const next = counter(restarts, notes);
      const name = (version: string) => {
        const known = `${restarts()} ${version}`;
        if (!notes.has(known)) notes.set(known, `v${next()}`);
        return String(notes.get(known));
      };
      return {
        circuits: {
          read: async (...args) => {
            const circuit = await circuits.read(...args);
            notes.set(name(circuit.version), circuit.version);
            return { ...circuit, version: name(circuit.version) };
          },
          move: async (key, version, ...rest) => {
            const { moved, circuit } = await circuits.move(key, String(notes.get(version)), ...rest);
            return { moved, circuit: { ...circuit, version: name(circuit.version) } };
          },
        },
      };
    },
    before,
  ],
];
