import { type SharedStateClaims, type SharedStateOnTrial, sharedStateSuite } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { expectFailures, type Tests, testsOf } from '../tests-of.js';
import { brokenBuses } from './broken-buses.js';
import { brokenCircuits } from './broken-circuits.js';
import { brokenEnds } from './broken-ends.js';
import { brokenLeases } from './broken-leases.js';
import { brokenLinks } from './broken-links.js';
import { brokenLives } from './broken-lives.js';
import { brokenPermits } from './broken-permits.js';
import { onTrial } from './broken-states.js';

const mutants = [
  ...brokenPermits,
  ...brokenCircuits,
  ...brokenLeases,
  ...brokenBuses,
  ...brokenLives,
  ...brokenLinks,
  ...brokenEnds,
];

function tests(make: () => SharedStateOnTrial, claims?: SharedStateClaims): Tests {
  return testsOf((runner) => sharedStateSuite(runner, make, claims));
}

describe('sharedStateSuite()', () => {
  it.each(mutants.map(([wrong, breaks, ...titles]) => [wrong, breaks, titles] as const))(
    'finds a state that %s',
    async (_, breaks, titles) => {
      await expectFailures(
        tests(() => onTrial(breaks)),
        titles,
      );
    },
    60_000,
  );

  it('has no test that no broken state fails', () => {
    const failed = new Set(mutants.flatMap(([, , ...titles]) => titles));

    expect([...tests(onTrial).keys()].filter((title) => !failed.has(title))).toEqual([]);
  });

  it.each([
    ['stands', 'evenly'],
    ['measured', 'forgets everything'],
    ['severable', 'lost'],
    ['prefixes', 'prefixes'],
    ['restarts', 'started anew'],
    ['ownClock', 'whatever time it is'],
  ])('leaves out what cannot be tried: %s', (claim, words) => {
    const all = [...tests(onTrial).keys()];
    const fewer = [...tests(onTrial, { [claim]: false }).keys()];

    const left = all.filter((title) => !fewer.includes(title));
    expect(left.length).toBeGreaterThan(0);
    expect(left.some((title) => title.includes(words))).toBe(true);
  });

  it('tells what make() must give for what is claimed', async () => {
    const poor = tests(() => {
      const { open } = onTrial();
      return { open };
    });
    const sizing = poor.get('forgets everything in the end');
    const cutting = poor.get(
      'answers nobody whose connection is lost, and goes on with what was shared when it is back',
    );
    const restarting = poor.get('goes on with a back end that was started anew without its data');

    await expect(restarting?.()).rejects.toThrow('make() must give restart(); claim { restarts: false }');
    await expect(sizing?.()).rejects.toThrow('make() must give size(); claim { measured: false }');
    await expect(cutting?.()).rejects.toThrow('make() must give cut() and heal(); claim { severable: false }');
  });

  it('refuses claims that it does not know', () => {
    expect(() => tests(onTrial, { atomic: true } as object)).toThrow('sharedStateSuite(): atomic is no option');
    expect(() => tests(onTrial, { stands: 'no' } as object)).toThrow(
      'sharedStateSuite(): stands must be true or false',
    );
  });
});
