import type { SharedCircuit } from 'holdfast/testing';
import type { Mutant } from './broken-permits.js';

const year = 365 * 86_400_000;

/** States that keep circuits wrongly. */
export const brokenCircuits: readonly Mutant[] = [
  [
    'keeps circuits in each process',
    (_, { notes, sound }) => {
      const own = `process ${notes.size}`;
      notes.set(own, true);
      const { circuits } = sound();
      return {
        circuits: {
          read: (key, ...rest) => circuits.read(`${own}: ${key}`, ...rest),
          move: (key, ...rest) => circuits.move(`${own}: ${key}`, ...rest),
        },
      };
    },
    'begins a circuit closed, and the same for all',
    'moves a circuit for all, and gives it another version',
  ],
  [
    'moves whatever the version',
    ({ circuits }) => ({
      circuits: {
        move: async (key, _, to, kept, call) =>
          circuits.move(key, (await circuits.read(key, kept, call)).version, to, kept, call),
      },
    }),
    'moves no circuit that another has moved meanwhile, and tells how it stands',
    'gives no version twice, also where a circuit was forgotten',
  ],
  [
    'compares first and moves then',
    ({ circuits }) => ({
      circuits: {
        move: async (key, version, to, kept, call) => {
          const circuit = await circuits.read(key, kept, call);
          if (circuit.version !== version) return { moved: false, circuit };
          await circuits.read(key, kept, call);
          const moved = await circuits.move(key, version, to, kept, call);
          return { moved: true, circuit: moved.circuit };
        },
      },
    }),
    'lets one of a hundred move a circuit that all want to move at once',
  ],
  [
    'answers a move that came too late with what it wanted',
    ({ circuits }) => ({
      circuits: {
        move: async (key, version, to, kept, call) => {
          const answer = await circuits.move(key, version, to, kept, call);
          return { ...answer, circuit: { ...answer.circuit, is: to.is, openings: to.openings } };
        },
      },
    }),
    'moves no circuit that another has moved meanwhile, and tells how it stands',
  ],
  [
    'forgets a report while another is under way',
    ({ circuits }, { notes }) => ({
      circuits: {
        report: async (key, version, counts, kept, call) => {
          if (notes.has('busy')) return circuits.read(key, kept, call);
          notes.set('busy', true);
          const answer = await circuits.report(key, version, counts, kept, call);
          notes.delete('busy');
          return answer;
        },
      },
    }),
    'adds up what processes report, also at once',
  ],
  [
    'counts late results for the present',
    ({ circuits }) => ({
      circuits: {
        report: async (key, _, counts, kept, call) =>
          circuits.report(key, (await circuits.read(key, kept, call)).version, counts, kept, call),
      },
    }),
    'drops results of another version, and counts anew after each move',
  ],
  [
    'takes counts along',
    ({ circuits }) => ({
      circuits: {
        move: async (key, version, to, kept, call) => {
          const { counts } = await circuits.read(key, kept, call);
          const { moved, circuit } = await circuits.move(key, version, to, kept, call);
          return { moved, circuit: await circuits.report(key, circuit.version, counts, kept, call) };
        },
      },
    }),
    'drops results of another version, and counts anew after each move',
  ],
  [
    'takes the state for the version',
    ({ circuits }) => {
      const named = (circuit: SharedCircuit) => ({ ...circuit, version: circuit.is });
      return {
        circuits: {
          read: async (...args) => named(await circuits.read(...args)),
          move: async (key, version, to, kept, call) => {
            const before = await circuits.read(key, kept, call);
            if (before.is !== version) return { moved: false, circuit: named(before) };
            const { moved, circuit } = await circuits.move(key, before.version, to, kept, call);
            return { moved, circuit: named(circuit) };
          },
        },
      };
    },
    'gives no version twice, also where a circuit was forgotten',
  ],
  [
    'tries a circuit by itself once its time is over',
    ({ circuits }) => ({
      circuits: {
        read: async (...args) => {
          const circuit = await circuits.read(...args);
          return circuit.left === 0 ? { ...circuit, is: 'half-open' } : circuit;
        },
      },
    }),
    'tells when it is time for the next move, and moves nothing by itself',
  ],
  [
    'keeps counts for ever',
    ({ circuits }) => ({
      circuits: {
        read: (key, { idle }, call) => circuits.read(key, { window: year, idle }, call),
        report: (key, version, counts, { idle }, call) =>
          circuits.report(key, version, counts, { window: year, idle }, call),
      },
    }),
    'forgets counts with their window',
  ],
  [
    'forgets counts too soon',
    ({ circuits }) => ({
      circuits: {
        report: (key, version, counts, { window, idle }, call) =>
          circuits.report(key, version, counts, { window: window / 2, idle }, call),
        read: (key, { window, idle }, call) => circuits.read(key, { window: window / 2, idle }, call),
      },
    }),
    'keeps counts for nine tenths of their window at least',
  ],
  [
    'forgets open circuits that nobody asks for',
    ({ circuits }) => ({
      circuits: {
        move: (key, version, { after = 0, ...to }, kept, call) =>
          circuits.move(key, version, { ...to, after: Math.min(after, 1000) }, kept, call),
      },
    }),
    'remembers a circuit while what it waits for is ahead, whatever is asked and reported meanwhile',
  ],
];
