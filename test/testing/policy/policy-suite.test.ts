import { definePolicy, option } from 'holdfast';
import { type PolicyClaims, type PolicyDecorator, policySuite } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import type { Policy, Services } from '../../../src/core/index.js';
import { expectFailures, type Tests, testsOf } from '../tests-of.js';
import { brokenPolicies, seenToByPipeline } from './broken-policies.js';

/** The decorator of a policy that passes every call on, but for what is given. */
function made(parts: (services: Services) => Partial<Policy> = () => ({})): PolicyDecorator {
  const Broken = definePolicy({
    kind: 'broken',
    before: 'retry',
    options: option.options<object>()('@Broken', {}),
    create: (_settings, _site, services) => ({
      summary: 'passes calls on',
      wrap: (next) => (call) => next(call),
      ...parts(services),
    }),
  });
  return Broken() as PolicyDecorator;
}

function tests(parts?: (services: Services) => Partial<Policy>, claims?: PolicyClaims): Tests {
  return testsOf((runner) => policySuite(runner, () => made(parts), claims));
}

describe('policySuite()', () => {
  describe('finds nothing wrong with a policy that passes calls on', () => {
    policySuite({ describe, it }, () => made());
  });

  it.each(brokenPolicies.map(([wrong, make, ...titles]) => [wrong, make, titles] as const))(
    'finds a policy that %s',
    async (_, make, titles) => {
      await expectFailures(tests(make), titles);
    },
    60_000,
  );

  it('has no test that no broken policy fails, but what the pipeline sees to', () => {
    const failed = new Set([...brokenPolicies.flatMap(([, , ...titles]) => titles), ...seenToByPipeline]);

    expect([...tests().keys()].filter((title) => !failed.has(title))).toEqual([]);
  });

  it.each([
    ['values', 'gave'],
    ['errors', 'threw'],
    ['attached', 'fork'],
  ])('leaves out what a policy does not claim: %s', (claim, words) => {
    const all = [...tests().keys()];
    const fewer = [...tests(undefined, { [claim]: false }).keys()];

    const left = all.filter((title) => !fewer.includes(title));
    expect(left.length).toBeGreaterThan(0);
    expect(left.some((title) => title.includes(words))).toBe(true);
  });

  it('knows the events of a policy by other subjects where these are told', async () => {
    const emits = ({ events }: Services): Partial<Policy> => ({
      wrap: (next) => (call) => {
        events.emit('stock.seen' as never, { site: call.site } as never);
        return next(call);
      },
    });
    const title = 'tells of events of its own alone, each with the site';

    await expect(tests(emits).get(title)?.()).rejects.toThrow('stock.seen is an event of somebody else');
    await expect(tests(emits, { events: ['stock'] }).get(title)?.()).resolves.toBeUndefined();
  });

  it('tells what make() must give', async () => {
    const suite = testsOf((runner) => policySuite(runner, () => (_target, _name, descriptor) => descriptor));

    await expect([...suite.values()][0]?.()).rejects.toThrow('make() must give the decorator of a policy');
  });

  it('refuses claims that it does not know', () => {
    expect(() => tests(undefined, { neutral: true } as object)).toThrow('policySuite(): neutral is no option');
    expect(() => tests(undefined, { events: 'stock' } as object)).toThrow(
      'policySuite(): events must be a list of words',
    );
  });
});
