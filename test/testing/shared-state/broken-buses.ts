import type { BusListener } from 'holdfast/testing';
import type { Mutant } from './broken-permits.js';

const everyone = 'carries a message to all who listen, its sender among them, each time once';
const again = 'listens again by itself after a lost connection, and says that messages may have been missed';

/** States that carry messages wrongly. */
export const brokenBuses: readonly Mutant[] = [
  [
    'tells messages twice',
    ({ bus }) => ({
      bus: {
        publish: async (...args) => {
          await bus.publish(...args);
          await bus.publish(...args);
        },
      },
    }),
    everyone,
  ],
  [
    'keeps messages from their sender',
    ({ bus }) => {
      const sent = new Set<string>();
      return {
        bus: {
          publish: (channel, message, call) => {
            sent.add(message);
            return bus.publish(channel, message, call);
          },
          subscribe: (channel, listener, call) => {
            const heard = (message: string) => (sent.has(message) ? undefined : listener.heard(message));
            return bus.subscribe(channel, { heard, missed: () => listener.missed() }, call);
          },
        },
      };
    },
    everyone,
  ],
  [
    'has one listener for each process',
    ({ bus }) => {
      let only: BusListener | undefined;
      return {
        bus: {
          subscribe: (channel, listener, call) => {
            const heard = (message: string) => (only === listener ? listener.heard(message) : undefined);
            only = listener;
            return bus.subscribe(channel, { heard, missed: () => listener.missed() }, call);
          },
        },
      };
    },
    everyone,
    'tells nothing more to those who stopped, and goes on for the others',
  ],
  [
    'turns the order around',
    ({ bus }) => ({
      bus: {
        publish: async (channel, message, call) => {
          for (let turns = Number(message) ? 300 - Number(message) : 0; turns > 0; turns--) await undefined;
          return bus.publish(channel, message, call);
        },
      },
    }),
    'keeps the order of what one process publishes on a channel',
  ],
  [
    'cuts messages off after 1000 characters',
    ({ bus }) => ({
      bus: { publish: (channel, message, call) => bus.publish(channel, message.slice(0, 1000), call) },
    }),
    'carries text of any characters, none and the most included',
  ],
  [
    'drops empty messages',
    ({ bus }) => ({
      bus: {
        publish: async (channel, message, call) => (message === '' ? undefined : bus.publish(channel, message, call)),
      },
    }),
    'carries text of any characters, none and the most included',
  ],
  [
    'goes on telling those who stopped',
    ({ bus }) => ({
      bus: {
        subscribe: async (...args) => {
          await bus.subscribe(...args);
          return async () => undefined;
        },
      },
    }),
    'tells nothing more to those who stopped, and goes on for the others',
  ],
  [
    'goes on telling those who left',
    ({ bus }) => ({
      bus: {
        subscribe: async (channel, listener, { signal }) => {
          const stop = await bus.subscribe(channel, listener, { signal: new AbortController().signal });
          signal.throwIfAborted();
          return stop;
        },
      },
    }),
    'tells nothing to those who left while they subscribed',
  ],
  [
    'has a sender suffer from its listeners',
    ({ bus }, { notes }) => ({
      bus: {
        subscribe: (channel, listener, call) => {
          notes.set(channel, [...((notes.get(channel) as BusListener[] | undefined) ?? []), listener]);
          return bus.subscribe(channel, { heard: () => undefined, missed: () => undefined }, call);
        },
        publish: async (channel, message) => {
          for (const listener of (notes.get(channel) as BusListener[] | undefined) ?? []) listener.heard(message);
        },
      },
    }),
    'lets a listener that throws disturb neither its sender nor other listeners',
  ],
  [
    'understands channels as patterns',
    ({ bus }, { notes }) => ({
      bus: {
        subscribe: (channel, listener, call) => {
          notes.set(channel, listener);
          return bus.subscribe(channel, listener, call);
        },
        publish: async (channel, message, call) => {
          await bus.publish(channel, message, call);
          if (channel !== '*') (notes.get('*') as BusListener | undefined)?.heard(message);
        },
      },
    }),
    'keeps channels apart',
  ],
  [
    'loses its subscriptions with the connection',
    (handle) => {
      const stops: (() => Promise<void>)[] = [];
      const { bus } = handle;
      return {
        bus: {
          subscribe: async (...args) => {
            const stop = await bus.subscribe(...args);
            stops.push(stop);
            const cut = handle.cut.bind(handle);
            handle.cut = () => {
              for (const each of stops) void each();
              cut();
            };
            return stop;
          },
        },
      };
    },
    again,
  ],
  [
    'listens again and says nothing of what was missed',
    ({ bus }) => ({
      bus: {
        subscribe: (channel, listener, call) =>
          bus.subscribe(channel, { heard: (message) => listener.heard(message), missed: () => undefined }, call),
      },
    }),
    again,
  ],
];
