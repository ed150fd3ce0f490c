import { describe, expect, it } from 'vitest';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import type { StoreChaos, StoreOperation } from '../../../src/testing/index.js';
import { ChaosWorld, type Place } from './chaos-world.js';

/**
 * What a cache finds in the store of what it had kept: that, nothing, the one or the other, or what it cannot tell the age of. `wrong`: something
 * that looks as it should, and is not.
 */
type Found = 'kept' | 'nothing' | 'either' | 'ageless' | 'wrong';

/** What becomes of what it asks the store: it is done, it fails, or the one or the other. */
type Outcome = 'done' | 'fails' | 'either';

/** A way in which a store misbehaves, and what a cache that is there can make of that. */
export interface ChaosCase {
  readonly name: string;
  readonly chaos: StoreChaos | readonly StoreChaos[];
  readonly finds: Found;
  readonly outcome: Outcome;
  /** Whether a read that finds nothing in it is trouble. */
  readonly tells: boolean | 'either';
}

/** The same, where a part of it has been chosen. */
export interface PlacedCase extends ChaosCase {
  readonly place: Place;
  /** Says what becomes of it when only some operations are concerned. */
  readonly only: (...operations: StoreOperation[]) => readonly StoreChaos[];
}

type Row = readonly [name: string, chaos: StoreChaos | readonly StoreChaos[], ...of: Record<Place, [Found, Outcome]>[]];

/** What is joined to an honest memory is seldom worse than that. */
const row = (alone: [Found, Outcome], behind = alone, before: [Found, Outcome] = ['kept', 'done']) => ({
  alone,
  'behind a memory': behind,
  'before a memory': before,
});

const down = () => new Error('the store is down');
const fails = row(['nothing', 'fails'], ['kept', 'fails']);
const hangs = row(['nothing', 'fails'], ['kept', 'fails'], ['kept', 'either']);

const malformed = 'gives what is no entry';

const rows: readonly Row[] = [
  ['rejects', { fault: down }, fails],
  ['throws', { fault: down, fails: 'sync' }, fails],
  ['does what it is asked and then fails', { fault: down, fails: 'after' }, fails],
  ['fails half of the time', { fault: down, rate: 0.5 }, row(['either', 'either'], ['kept', 'either'])],
  ['is slow', { latency: 20 }, row(['kept', 'done'])],
  ['is slower than a call waits', { latency: 80 }, row(['nothing', 'either'], ['kept', 'either'])],
  ['is slower than anybody waits', { latency: 6000 }, hangs],
  ['never answers', { hang: true }, hangs],
  ['only says that all is done', { lie: 'idle' }, row(['nothing', 'done'])],
  [malformed, { lie: 'malformed' }, row(['nothing', 'done'], ['kept', 'done'])],
  ['gives entries from the future', { lie: 'future' }, row(['ageless', 'done'])],
  ['gives entries of another version', { lie: 'otherVersion' }, row(['nothing', 'done'])],
  ['gives the entry before the last one', { lie: 'outdated' }, row(['kept', 'done'])],
  ['gives entries of other keys', { lie: 'otherKey' }, row(['wrong', 'done'], ['wrong', 'done'], ['wrong', 'done'])],
  [
    'does all of that now and then',
    [
      { fault: down, rate: 0.1 },
      { fault: down, rate: 0.1, fails: 'sync' },
      { fault: down, rate: 0.1, fails: 'after' },
      { latency: 20, rate: 0.1 },
      { latency: 80, rate: 0.1 },
      { hang: true, rate: 0.1 },
      { lie: 'idle', rate: 0.1 },
      { lie: 'malformed', rate: 0.1 },
      { lie: 'otherVersion', rate: 0.1 },
    ],
    row(['either', 'either'], ['either', 'either'], ['either', 'either']),
  ],
];

const places: readonly Place[] = ['alone', 'behind a memory', 'before a memory'];

/** All chaos in all places. */
const chaosCases: readonly PlacedCase[] = places.flatMap((place) =>
  rows.map(([name, chaos, of]) => {
    const [finds, outcome] = (of as Record<Place, [Found, Outcome]>)[place];
    const only: PlacedCase['only'] = (...operations) =>
      [chaos]
        .flat()
        .filter(({ lie = 'idle' }) => lie === 'idle' || operations.includes('get')) // all other lies are told by gets
        .map((one) => ({ ...one, operations }));
    const tells = outcome === 'done' ? name === malformed && place !== 'before a memory' : outcome;
    return {
      name: `a store ${place} that ${name}`,
      place,
      chaos,
      finds,
      outcome,
      tells: tells === 'fails' || tells,
      only,
    };
  }),
);

/** Tests a promise in all chaos, or in some of it; whatever the test does, nothing is left at its end, and no rejection unheard. */
export function inAllChaos(
  promise: string,
  test: (world: ChaosWorld, given: PlacedCase) => Promise<void>,
  { where = () => true, ...options }: Partial<CachedOptions> & { where?: (given: PlacedCase) => boolean } = {},
): void {
  describe(promise, () => {
    it.each(chaosCases.filter(where).map((given) => [given.name, given] as const))('with %s', async (_, given) => {
      const unheard: unknown[] = [];
      const note = (error: unknown) => unheard.push(error);
      process.on('unhandledRejection', note);
      try {
        const world = new ChaosWorld(given.place, options);
        await test(world, given);
        await world.end();
      } finally {
        process.off('unhandledRejection', note);
      }
      expect(unheard).toEqual([]);
    });
  });
}
