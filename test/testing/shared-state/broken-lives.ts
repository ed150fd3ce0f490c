import type { Mutant } from './broken-permits.js';
import { renamed, through } from './broken-states.js';

const kinds = ['permits', 'circuits', 'leases'].map((kind) => `keeps apart the ${kind} of keys of any characters`);
const never = new AbortController().signal;
const gone = 'does nothing for a caller who has left already, and rejects with the reason itself';
const leaves = 'rejects a caller who leaves meanwhile, with the reason itself';
const closed = 'refuses everything once it is closed, and leaves what is shared to others';
const lost = 'answers nobody whose connection is lost, and goes on with what was shared when it is back';

/** States that mix up keys, or leave things half-done. */
export const brokenLives: readonly Mutant[] = [
  ['takes large and small letters for the same', renamed((key) => key.toLowerCase()), ...kinds, 'keeps channels apart'],
  ['cuts keys off', renamed((key) => key.slice(0, 511)), ...kinds],
  ['ends keys at a zero', renamed((key) => key.split('\0')[0] || key.replaceAll('\0', '0')), ...kinds],
  ['composes letters and their accents', renamed((key) => key.normalize()), ...kinds],
  [
    'keeps permits and leases under one name',
    ({ permits, leases }) => ({
      permits: {
        take: async (key, weight, limits, call) => {
          const answer = await leases.acquire(key, { lasts: 1000 }, call);
          return answer.granted ? permits.take(key, weight, limits, call) : { granted: false, remaining: 0, wait: 1 };
        },
      },
    }),
    'keeps apart permits, circuits, leases and channels of one key',
  ],
  [
    'puts prefixes before keys as they are',
    (_, { notes, sound }) => {
      const prefix = ['', 'a:', 'a:b:', 'a:'][notes.size] ?? '';
      notes.set(String(notes.size), true);
      return renamed((key) => prefix + key)(sound(), { notes } as never);
    },
    'keeps apart what has other prefixes',
  ],
  ['does not look at signals', through((act) => act(never)), gone, leaves],
  [
    'rejects with an error of its own',
    through((act, signal) =>
      act(signal).catch((error) => {
        throw signal.aborted ? new Error('aborted') : error;
      }),
    ),
    gone,
    leaves,
  ],
  [
    'does for those who have left what they asked for, and rejects',
    through(async (act, signal) => {
      const answer = await act(never);
      signal.throwIfAborted();
      return answer;
    }),
    gone,
  ],
  [
    'takes what it should refuse',
    renamed((key) => key.slice(0, 512).replace(/[\ud800-\udfff]/gu, '?') || 'none'),
    'refuses what it does not take, by a rejection that names it',
  ],
  [
    'throws what it should reject with',
    ({ permits }) => ({
      permits: {
        take: (key, weight, ...rest) => {
          if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) throw new RangeError('no such weight');
          return permits.take(key, weight, ...rest);
        },
      },
    }),
    'refuses what it does not take, by a rejection that names it',
  ],
  [
    'keeps circuits for ever',
    ({ circuits }) => ({
      circuits: {
        report: (key, version, counts, { window }, call) =>
          circuits.report(key, version, counts, { window, idle: 86_400_000 }, call),
      },
    }),
    'forgets everything in the end',
  ],
  [
    'answers as it likes while its connection is lost',
    ({ permits }) => ({
      permits: {
        take: (...args) => permits.take(...args).catch(() => ({ granted: true, remaining: 1, receipt: 'none' })),
      },
    }),
    lost,
    closed,
  ],
  [
    'never comes back',
    (handle) => {
      handle.heal = () => undefined;
      return {};
    },
    lost,
    'listens again by itself after a lost connection, and says that messages may have been missed',
  ],
  ['goes on when it is closed', () => ({ close: async () => undefined }), closed],
  [
    'can be closed once',
    (handle) => {
      let times = 0;
      return {
        close: async () => {
          if (++times > 1) throw new Error('closed already');
          return handle.close();
        },
      };
    },
    closed,
  ],
];
