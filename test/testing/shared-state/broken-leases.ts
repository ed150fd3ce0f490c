import type { Mutant } from './broken-permits.js';

const year = 365 * 86_400_000;

/** States that keep leases wrongly. */
export const brokenLeases: readonly Mutant[] = [
  [
    'never ends a lease',
    ({ leases }) => ({
      leases: { acquire: (key, terms, call) => leases.acquire(key, { ...terms, lasts: year }, call) },
    }),
    'ends the lease of a process that died, and lets it do no harm when it comes back',
    'is right about when the first lease ends',
    'forgets everything in the end',
  ],
  [
    'looks first and takes then',
    ({ leases }, { notes }) => ({
      leases: {
        acquire: async (key, { lasts, capacity = 1 }, call) => {
          const held = Number(notes.get(key) ?? 0);
          if (held >= capacity) return leases.acquire(key, { lasts, capacity: 1 }, call);
          await undefined;
          notes.set(key, held + 1);
          return leases.acquire(key, { lasts, capacity: 10_000 }, call);
        },
      },
    }),
    'gives a lease to as many as its capacity when a hundred ask at once',
  ],
  [
    'gives a lease to one, whatever its capacity',
    ({ leases }) => ({ leases: { acquire: (key, { lasts }, call) => leases.acquire(key, { lasts }, call) } }),
    'gives a lease to as many as its capacity when a hundred ask at once',
    'is right about when the first lease ends',
  ],
  [
    'lets everyone release',
    ({ leases }, { notes }) => ({
      leases: {
        acquire: async (key, terms, call) => {
          const answer = await leases.acquire(key, terms, call);
          if (answer.granted) notes.set(key, answer.token);
          return answer;
        },
        release: (key, _, call) => leases.release(key, Number(notes.get(key)), call),
      },
    }),
    'ends the lease of a process that died, and lets it do no harm when it comes back',
    'leaves a lease to its holder, whatever other tokens are tried',
  ],
  [
    'says that it released what was over',
    ({ leases }) => ({
      leases: { release: async (...args) => (await leases.release(...args)) || true },
    }),
    'gives a lease to one at a time, and to the next once it is released',
  ],
  [
    'extends what is over',
    ({ leases }) => ({
      leases: {
        extend: async (key, token, lasts, call) =>
          (await leases.extend(key, token, lasts, call)) ||
          (await leases.acquire(key, { lasts }, call)).granted ||
          true,
      },
    }),
    'ends the lease of a process that died, and lets it do no harm when it comes back',
    'has an extended lease last from then on',
  ],
  [
    'adds to what is left of a lease',
    ({ leases }) => ({
      leases: { extend: (key, token, lasts, call) => leases.extend(key, token, lasts + 400, call) },
    }),
    'has an extended lease last from then on',
  ],
  ['extends nothing', () => ({ leases: { extend: async () => true } }), 'has an extended lease last from then on'],
  [
    'begins tokens anew where a lease was forgotten',
    ({ leases }, { notes }) => ({
      leases: {
        acquire: async (key, terms, call) => {
          const answer = await leases.acquire(key, terms, call);
          if (!answer.granted) return answer;
          notes.set(`${key} 1`, answer.token);
          return { granted: true, token: 1 };
        },
        release: (key, token, call) => leases.release(key, Number(notes.get(`${key} ${token}`)), call),
      },
    }),
    'gives ever greater tokens: after releases, ends and long pauses, to any handle',
    'ends the lease of a process that died, and lets it do no harm when it comes back',
  ],
  [
    'tells when the last lease ends',
    ({ leases }) => ({
      leases: {
        acquire: async (...args) => {
          const answer = await leases.acquire(...args);
          return answer.granted ? answer : { ...answer, left: answer.left * 2 };
        },
      },
    }),
    'is right about when the first lease ends',
  ],
];
