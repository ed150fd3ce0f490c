import type { SharedLimit, SharedPermits } from 'holdfast/testing';
import type { Break } from './broken-states.js';

export type Mutant = readonly [wrong: string, breaks: Break, ...titles: string[]];

const algorithms = ['token-bucket', 'sliding-window', 'fixed-window'];
const each = (title: (algorithm: string) => string) => algorithms.map(title);

/** A broken take, which can use the sound one. */
function takes(
  take: (
    ...args: [sound: SharedPermits['take'], ...Parameters<SharedPermits['take']>]
  ) => ReturnType<SharedPermits['take']>,
): Break {
  return ({ permits }) => ({
    permits: { take: (...args) => take((...rest) => permits.take(...rest), ...args) },
  });
}

/** Every limit is taken for another one. */
function limitsAs(as: (limit: SharedLimit) => SharedLimit): Break {
  return takes((sound, key, weight, limits, call) => sound(key, weight, limits.map(as), call));
}

/** States that count permits wrongly. */
export const brokenPermits: readonly Mutant[] = [
  [
    'looks first and takes then',
    takes(async (sound, key, weight, limits, call) => {
      const look = await sound(key, 0, limits, call);
      if (look.remaining < weight) return sound(key, weight, limits, call);
      await sound(key, weight, limits, call);
      return { granted: true, remaining: look.remaining - weight, receipt: 'none' };
    }),
    ...each((algorithm) => `grants exactly the limit of a ${algorithm} when a thousand ask at once`),
  ],
  [
    'keeps permits in each process',
    (_, { notes, sound }) => {
      const own = `process ${notes.size}`;
      notes.set(own, true);
      const { permits } = sound();
      return { permits: { take: (key, ...rest) => permits.take(`${own}: ${key}`, ...rest) } };
    },
    ...each((algorithm) => `grants what a ${algorithm} has, to any handle, and then no more`),
    ...each((algorithm) => `grants exactly the limit of a ${algorithm} when a thousand ask at once`),
  ],
  [
    'takes what there is of a weight, and refuses',
    takes(async (sound, key, weight, limits, call) => {
      const answer = await sound(key, weight, limits, call);
      if (!answer.granted) await sound(key, answer.remaining, limits, call);
      return answer;
    }),
    'takes a weight whole or not at all',
    'takes permits of all limits or of none',
  ],
  [
    'takes of one limit after the other',
    takes(async (sound, key, weight, limits, call) => {
      let answer = await sound(key, weight, limits.slice(0, 1), call);
      for (const limit of limits.slice(1)) if (answer.granted) answer = await sound(key, weight, [limit], call);
      return answer;
    }),
    'takes permits of all limits or of none',
  ],
  [
    'tells what remains of the first limit',
    takes(async (sound, key, weight, limits, call) => {
      const answer = await sound(key, weight, limits, call);
      return { ...answer, remaining: Math.max(answer.remaining, (limits[0]?.limit ?? 0) - weight) };
    }),
    'takes permits of all limits or of none',
  ],
  [
    'takes one for nothing',
    takes((sound, key, weight, limits, call) => sound(key, Math.max(1, weight), limits, call)),
    ...each((algorithm) => `looks at a ${algorithm} with a weight of 0, and takes nothing`),
  ],
  [
    'promises more than there ever is',
    takes(async (sound, key, weight, limits, call) => {
      const answer = await sound(key, weight, limits, call);
      return answer.granted ? answer : { ...answer, wait: Math.min(answer.wait, 60_000) };
    }),
    ...each((algorithm) => `says that more than a ${algorithm} ever has is never there`),
  ],
  [
    'has people come too early',
    takes(async (sound, key, weight, limits, call) => {
      const answer = await sound(key, weight, limits, call);
      return answer.granted ? answer : { ...answer, wait: answer.wait / 2 };
    }),
    ...each((algorithm) => `is right about the wait for a ${algorithm}`),
  ],
  [
    'has people come too late',
    takes(async (sound, key, weight, limits, call) => {
      const answer = await sound(key, weight, limits, call);
      return answer.granted ? answer : { ...answer, wait: answer.wait + 300 };
    }),
    'regains the permits of a token bucket evenly',
    'has all permits of a fixed window anew in each period, from its first use on',
  ],
  ['knows no burst', limitsAs(({ burst: _, ...limit }) => limit), 'lets a token bucket hold its burst, and no more'],
  [
    'keeps to the limits that it was told first',
    (_, { notes, sound }) => ({
      permits: {
        take: (key, weight, limits, call) => {
          if (!notes.has(key)) notes.set(key, limits);
          return sound().permits.take(key, weight, notes.get(key) as readonly SharedLimit[], call);
        },
      },
    }),
    'counts other limits under the same key anew',
  ],
  [
    'takes sliding windows for fixed ones',
    limitsAs((limit) => (limit.algorithm === 'sliding-window' ? { ...limit, algorithm: 'fixed-window' } : limit)),
    'gives the permits of a sliding window back a period after they were taken',
    'never grants more than the limit in any stretch of a sliding window',
  ],
  [
    'takes buckets for fixed windows',
    limitsAs((limit) => (limit.algorithm === 'token-bucket' ? { ...limit, algorithm: 'fixed-window' } : limit)),
    'regains the permits of a token bucket evenly',
  ],
  [
    'begins fixed windows by the clock on the wall',
    (_, { clock, sound }) => ({
      permits: {
        take: (key, weight, limits, call) =>
          sound().permits.take(`${key} ${Math.floor(clock.now() / (limits[0]?.per ?? 1))}`, weight, limits, call),
      },
    }),
    'has all permits of a fixed window anew in each period, from its first use on',
  ],
  [
    'gives nothing back',
    () => ({ permits: { giveBack: async () => undefined } }),
    ...each((algorithm) => `gives permits back to a ${algorithm}, as many as a receipt is worth`),
    'gives back the permits of all limits',
  ],
  [
    'gives back to the first limit alone',
    ({ permits }) => ({
      permits: {
        giveBack: (key, receipt, limits, call) =>
          permits.giveBack(key, receipt.split(',').slice(0, 3).join(), limits, call),
      },
    }),
    'gives back the permits of all limits',
  ],
  [
    'gives back whatever the time',
    (_, { notes, sound }) => ({
      permits: {
        take: (key, ...rest) => sound().permits.take(`${key} ${notes.get(key) ?? ''}`, ...rest),
        giveBack: async (key) => void notes.set(key, `${notes.get(key) ?? ''}again`),
      },
    }),
    ...each((algorithm) => `gives nothing back to a ${algorithm} that time has brought back`),
    ...each((algorithm) => `gives permits back to a ${algorithm}, as many as a receipt is worth`),
  ],
];
