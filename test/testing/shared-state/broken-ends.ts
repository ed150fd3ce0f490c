import type { SharedPermits } from 'holdfast/testing';
import type { Mutant } from './broken-permits.js';
import { renamed, type World } from './broken-states.js';

const algorithms = ['token-bucket', 'sliding-window', 'fixed-window'];
const day = 86_400_000;
const year = 365 * day;
const clocks = 'goes by the clock of the back end, whatever time it is for a process';
const ends = 'forgets everything in the end';
const taken = 'keeps apart the permits of keys of any characters';

/** Names a thing anew once it has not been kept for so long. */
function expiring({ clock, notes }: World, key: string): { readonly name: string; keep(duration: number): void } {
  const { age = 0, until = 0 } = (notes.get(key) ?? {}) as { readonly age?: number; readonly until?: number };
  const now = age + (until <= clock.now() ? 1 : 0);
  const keep = (duration: number) => notes.set(key, { age: now, until: clock.now() + duration });
  return { name: `${key} ${now}`, keep };
}

/** Where a cluster keeps a key: by the part in braces, if there is one. */
function tagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

/** States that keep things too long or too short, by the wrong clock, or in the wrong places. */
export const brokenEnds: readonly Mutant[] = [
  [
    'loses one of two updates at once',
    ({ permits }, { notes }) => ({
      permits: {
        giveBack: async (key, ...rest) => {
          if (notes.get(key)) return;
          notes.set(key, true);
          await permits.giveBack(key, ...rest).finally(() => notes.delete(key));
        },
      },
    }),
    ...algorithms.map((algorithm) => `loses no permit of a ${algorithm} when many are given back at once`),
  ],
  [
    'keeps permits for the period of the first limit',
    ({ permits }, world) => ({
      permits: {
        take: (key, weight, limits, call) => {
          const { name, keep } = expiring(world, key);
          keep(limits[0]?.per ?? 0);
          return permits.take(name, weight, limits, call);
        },
      },
    }),
    'remembers what is missing of a token bucket until it is full again',
    'remembers each of several limits for its own period',
  ],
  [
    'keeps circuits for no longer than their idle time',
    ({ circuits }, world) => ({
      circuits: {
        read: (key, kept, call) => {
          const { name, keep } = expiring(world, key);
          keep(kept.idle);
          return circuits.read(name, kept, call);
        },
        move: async (key, version, to, kept, call) => {
          const { name, keep } = expiring(world, key);
          const answer = await circuits.move(name, version, to, kept, call);
          if (answer.moved) keep(Math.max(kept.idle, to.after ?? 0));
          return answer;
        },
      },
    }),
    'remembers a circuit while what it waits for is ahead, whatever is asked and reported meanwhile',
  ],
  [
    'keeps the leases of a key for as long as the newest',
    ({ leases }, world) => ({
      leases: {
        acquire: async (key, terms, call) => {
          const { name, keep } = expiring(world, key);
          const answer = await leases.acquire(name, terms, call);
          if (answer.granted) keep(terms.lasts);
          return answer;
        },
      },
    }),
    'is right about when the first lease ends',
  ],
  [
    'counts tokens in a key that is kept for a day',
    ({ leases }, world) => {
      const { notes } = world;
      return {
        leases: {
          acquire: async (key, terms, call) => {
            const answer = await leases.acquire(key, terms, call);
            if (!answer.granted) return answer;
            const { name, keep } = expiring(world, `count of ${key}`);
            keep(day);
            notes.set(name, Number(notes.get(name) ?? 0) + 1);
            return { granted: true, token: Number(notes.get(name)) };
          },
        },
      };
    },
    'gives greater tokens and other versions also after years',
  ],
  [
    'has leases end by the clocks of processes',
    ({ leases }, { notes }) => ({
      leases: {
        acquire: async (key, terms, call) => {
          const left = Number(notes.get(key) ?? 0) - Date.now();
          if (left > 0) return { granted: false, left };
          notes.set(key, Date.now() + terms.lasts);
          return leases.acquire(`${key} ${notes.get(key)}`, terms, call);
        },
      },
    }),
    clocks,
  ],
  [
    'tells how long to wait by the clock of a process',
    ({ permits }, { clock }) => {
      const begun = Date.parse(new Date().toISOString());
      const take: SharedPermits['take'] = async (...args) => {
        const answer = await permits.take(...args);
        const skew = Date.parse(new Date().toISOString()) - begun - clock.now();
        return answer.granted ? answer : { ...answer, wait: answer.wait - skew };
      };
      return { permits: { take } };
    },
    clocks,
  ],
  [
    'keeps what was given back to nothing',
    ({ permits, leases }) => ({
      permits: {
        giveBack: async (key, receipt, limits, call) => {
          await permits.giveBack(key, receipt, limits, call);
          await leases.acquire(`given back ${key}`, { lasts: year, capacity: 100 }, call);
        },
      },
    }),
    ends,
  ],
  [
    'keeps results that came too late',
    ({ circuits }) => ({
      circuits: {
        report: async (key, version, counts, kept, call) => {
          const circuit = await circuits.report(key, version, counts, kept, call);
          if (circuit.version !== version) await circuits.read(`late ${key}`, { ...kept, idle: year }, call);
          return circuit;
        },
      },
    }),
    ends,
  ],
  [
    'keeps each limit in a part of a cluster of its own',
    ({ permits }) => ({
      permits: {
        take: async (key, weight, limits, call) => {
          const tags = new Set(limits.map((_, index) => tagOf(`{${key}}:${index}`)));
          if (tags.size > 1) throw new Error("CROSSSLOT Keys in request don't hash to the same slot");
          return permits.take(key, weight, limits, call);
        },
      },
    }),
    taken,
  ],
  [
    'knows no prefixes',
    (_, world) => renamed((key) => key)(world.sound(), world),
    'keeps apart what has other prefixes',
    'keeps apart the messages on one channel of what has other prefixes',
  ],
  [
    'puts no prefix before its channels',
    (_, world) => ({ bus: renamed((key) => key)(world.sound(), world).bus ?? {} }),
    'keeps apart the messages on one channel of what has other prefixes',
  ],
];
