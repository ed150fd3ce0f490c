import assert from 'node:assert/strict';
import type { CircuitCounts, CircuitMoveTo, SharedCircuit } from '../../../core/index.js';
import { upTo } from '../up-to.js';
import { type Demand, type Handle, inTurn } from './shared-state-trial.js';

const opened = { is: 'open', after: 1000, openings: 1 } as const;

/** That processes open and close circuits together. */
export const circuitDemands: readonly Demand[] = [
  {
    title: 'begins a circuit closed, and the same for all',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      const circuit = await one.read('key');
      assert.deepEqual(withoutVersion(circuit), closed(), 'a circuit that nobody has moved');
      assert.ok(typeof circuit.version === 'string' && circuit.version.length > 0, 'it has a version');
      assert.deepEqual(await other?.read('key'), circuit, 'two handles see one circuit differently');
    },
  },
  {
    title: 'moves a circuit for all, and gives it another version',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      const { version } = await one.read('key');
      const { moved, circuit } = await one.move('key', version, opened);
      assert.ok(moved, 'nobody else moved it');
      assert.notEqual(circuit.version, version, 'a move makes a new version');
      for (const seen of [circuit, await read(other)]) {
        assert.equal(seen.version, circuit.version, 'version: all see that of the move');
        assert.equal(seen.is, 'open', 'is: all see where it was moved');
        assert.equal(seen.openings, 1, 'openings: as the move said');
        assert.ok(seen.left > 0 && seen.left <= 1000, `left: up to 1000 ms, and it tells ${seen.left}`);
      }
    },
  },
  {
    title: 'moves no circuit that another has moved meanwhile, and tells how it stands',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      const { version } = await read(other);
      const first = await one.move('key', version, opened);
      const second = await other?.move('key', version, { is: 'half-open', openings: 7 });
      assert.equal(second?.moved, false, 'it was moved from a version that is gone');
      assert.equal(second?.circuit.version, first.circuit.version, 'version: that of the move before');
      assert.deepEqual([second?.circuit.is, second?.circuit.openings], ['open', 1], 'is, openings: of the move before');
    },
  },
  {
    title: 'lets one of a hundred move a circuit that all want to move at once',
    check: async (trial) => {
      const handles = await trial.several(4);
      const { version } = await handles[0].read('key');
      const to = { is: 'half-open', openings: 1 } as const;
      const answers = await Promise.all(upTo(100).map((index) => inTurn(handles, index).move('key', version, to)));
      assert.equal(answers.filter(({ moved }) => moved).length, 1, 'moves of one version that succeeded');
      assert.equal(new Set(answers.map(({ circuit }) => circuit.version)).size, 1, 'all see the same version');
    },
  },
  {
    title: 'adds up what processes report, also at once',
    check: async (trial) => {
      const handles = await trial.several(4);
      const { version } = await handles[0].read('key');
      const counts = { calls: 3, failures: 2, slow: 1 };
      const first = await handles[0].report('key', version, counts);
      assert.deepEqual(first.counts, counts, 'the report is in its answer');
      await Promise.all(upTo(99).map((index) => inTurn(handles, index).report('key', version, counts)));
      await hasCounts(handles[0], { calls: 300, failures: 200, slow: 100 });
    },
  },
  {
    title: 'drops results of another version, and counts anew after each move',
    check: async (trial) => {
      const one = await trial.open();
      const { version } = await one.read('key');
      await one.report('key', version, { calls: 5, failures: 5 });
      const { circuit } = await one.move('key', version, { is: 'closed', openings: 0 });
      assert.deepEqual(circuit.counts, nothing(), 'a move begins counts anew');
      const late = await one.report('key', version, { calls: 9, failures: 9 });
      assert.equal(late.version, circuit.version, 'it tells how it stands now');
      assert.deepEqual((await one.read('key')).counts, nothing(), 'late results say nothing');
    },
  },
  {
    title: 'gives no version twice, also where a circuit was forgotten',
    check: async (trial) => {
      const one = await trial.open();
      const first = await one.read('key');
      const versions = [first.version];
      for (const is of ['open', 'half-open', 'closed', 'open', 'half-open', 'closed'] as const)
        versions.push((await one.move('key', versions.at(-1) ?? '', { is, openings: 1 })).circuit.version);
      await trial.pass(1600);
      const again = await one.read('key');
      assert.deepEqual(withoutVersion(again), closed(), 'it was forgotten');
      assert.equal(new Set([...versions, again.version]).size, 8, 'versions that differ');
      for (const version of versions) assert.ok(!(await one.move('key', version, opened)).moved, 'moved from the past');
    },
  },
  {
    title: 'tells when it is time for the next move, and moves nothing by itself',
    check: async (trial) => {
      const one = await trial.open();
      const { version } = await one.read('key');
      const { circuit } = await one.move('key', version, opened);
      await trial.pass(1000);
      const due = await one.read('key');
      assert.deepEqual([due.version, due.is, due.left], [circuit.version, 'open', 0], 'version, is, left');
    },
  },
  {
    title: 'forgets counts with their window',
    check: async (trial) => {
      const one = await trial.open();
      const { version } = await one.read('key');
      await one.report('key', version, { calls: 5, failures: 5 });
      await trial.pass(1000);
      const circuit = await one.read('key');
      assert.equal(circuit.version, version, 'the circuit itself is remembered');
      assert.deepEqual(circuit.counts, nothing(), 'counts: their window is over');
    },
  },
  {
    title: 'keeps counts for nine tenths of their window at least',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      const { version } = await one.read('key');
      for (const _ of upTo(3)) {
        await trial.pass(450);
        await one.report('key', version, { calls: 1, failures: 1 });
      }
      await hasCounts(one, { calls: 3, failures: 3, slow: 0 });
      await trial.pass(440);
      await hasCounts(one, { calls: 2, failures: 2, slow: 0 });
    },
  },
  {
    title: 'remembers a circuit while what it waits for is ahead, whatever is asked and reported meanwhile',
    check: async (trial) => {
      const one = await trial.open();
      const ahead = { is: 'open', after: 60_000, openings: 3 } as const;
      for (const key of ['left alone', 'read', 'reported', 'late', 'not moved']) await moved(one, key, ahead);
      const { version } = await one.read('read');
      await one.report('reported', (await one.read('reported')).version, { calls: 1 });
      await one.report('late', version, { calls: 1 });
      await one.move('not moved', version, opened);
      await trial.pass(1600);
      for (const key of ['left alone', 'read', 'reported', 'late', 'not moved']) {
        const still = await one.read(key);
        assert.deepEqual([still.is, still.openings], ['open', 3], `is, openings of the circuit '${key}'`);
      }
      assert.equal((await one.read('read')).version, version, 'version: nobody moved it');
    },
  },
];

async function hasCounts(one: Handle, counts: CircuitCounts): Promise<void> {
  assert.deepEqual((await one.read('key')).counts, counts, 'counts: the sum of what was reported');
}

async function read(one: Handle | undefined): Promise<SharedCircuit> {
  assert.ok(one);
  return one.read('key');
}

async function moved(one: Handle, key: string, to: CircuitMoveTo): Promise<void> {
  assert.ok((await one.move(key, (await one.read(key)).version, to)).moved, `nobody else moved ${key}`);
}

function withoutVersion({ version: _, ...circuit }: SharedCircuit): Omit<SharedCircuit, 'version'> {
  return circuit;
}

function closed(): Omit<SharedCircuit, 'version'> {
  return { is: 'closed', left: Number.POSITIVE_INFINITY, openings: 0, counts: nothing() };
}

function nothing(): CircuitCounts {
  return { calls: 0, failures: 0, slow: 0 };
}
