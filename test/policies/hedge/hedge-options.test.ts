import { describe, expect, it } from 'vitest';
import { Hedge } from '../../../decorators/index.js';
import type { HedgeOptions } from '../../../src/policies/hedge/index.js';
import { explain } from '../../../src/runtime/index.js';
import { protectForTest } from '../../../src/testing/index.js';

const idempotent =
  'must be true, which says that running the method twice does no more than running it once: a hedge may run it to its end twice';
const delay =
  "must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), a number below 0 (only after a failure), " +
  'or { percentile, warmup }: a rate above 0 and at most 1, and a whole number from 1 to 10000';
const budget =
  'must be true, false, the name of a budget (a letter, then letters, digits, _ . : or -), or its options: ' +
  '{ ratio, minPerSecond, ttl }, { inFlight, min }, { quota, cost, timeoutCost } or { tokens, tokenRatio }, with a name or without';

const wrong: readonly (readonly [object, string])[] = [
  [{ idempotent: false }, `idempotent ${idempotent}, but got false`],
  [{ idempotent: 'yes' }, `idempotent ${idempotent}, but got 'yes'`],
  [{ enabled: 1 }, 'enabled must be true or false, but got 1'],
  [{ delay: '10' }, `delay ${delay}, but got '10'`],
  [{ delay: Number.NaN }, `delay ${delay}, but got NaN`],
  [{ delay: null }, `delay ${delay}, but got null`],
  [{ delay: [10] }, `delay ${delay}, but got [ 10 ]`],
  [{ delay: { percentile: 95 } }, `delay ${delay}, but got { percentile: 95 }`],
  [{ delay: { percentile: 0 } }, `delay ${delay}, but got { percentile: 0 }`],
  [{ delay: { percentile: '0.9' } }, `delay ${delay}, but got { percentile: '0.9' }`],
  [{ delay: { warmup: 0 } }, `delay ${delay}, but got { warmup: 0 }`],
  [{ delay: { warmup: 10_001 } }, `delay ${delay}, but got { warmup: 10001 }`],
  [{ delay: { warmup: 1.5 } }, `delay ${delay}, but got { warmup: 1.5 }`],
  [{ delay: { quantile: 0.9 } }, `delay ${delay}, but got { quantile: 0.9 }`],
  [{ maxHedges: 0 }, 'maxHedges must be a whole number from 1 to 10, but got 0'],
  [{ maxHedges: 11 }, 'maxHedges must be a whole number from 1 to 10, but got 11'],
  [{ maxHedges: 1.5 }, 'maxHedges must be a whole number from 1 to 10, but got 1.5'],
  [{ on: 5 }, 'on must be an error class, a code, a predicate, or a list of them, but got 5'],
  [{ except: [] }, 'except must be an error class, a code, a predicate, or a list of them, but got []'],
  [{ whenResult: 3 }, 'whenResult must be a function, but got 3'],
  [{ budget: 7 }, `budget ${budget}, but got 7`],
  [
    { ignore: Error },
    'ignore is no option; it takes enabled, idempotent, delay, maxHedges, on, except, whenResult, budget',
  ],
];

describe('the options of @Hedge', () => {
  it.each(wrong)('refuses %o', (options, message) => {
    expect(() => Hedge({ idempotent: true, ...options } as HedgeOptions)).toThrow(`@Hedge: ${message}`);
  });

  it('refuses a use that does not say that it may run twice, and says why', () => {
    const unsaid = () => protectForTest(async () => 1, { hedge: { delay: 50 } as HedgeOptions });
    expect(unsaid).toThrow(`Service.method: @Hedge: idempotent ${idempotent}`);
  });

  it.each([
    [{ delay: '50ms' }, 'a copy after 50 ms'],
    [{ delay: 0, maxHedges: 2 }, 'up to 2 copies, each after 0 ms'],
    [{ delay: -1 }, 'a copy after a failure'],
    [{ delay: Number.POSITIVE_INFINITY }, 'a copy after a failure'],
    [{}, 'a copy after the recent p95'],
    [{ delay: { warmup: 5 } }, 'a copy after the recent p95'],
    [{ delay: { percentile: 0.99 } }, 'a copy after the recent p99'],
  ] as const)('reads %o as "%s"', (options, summary) => {
    const { call } = protectForTest(async () => 1, { hedge: { idempotent: true, ...options } });
    expect(explain(call)[0]?.nesting[0]?.summary).toBe(summary);
  });

  it.each([
    ['a delay apart', { delay: 100, maxHedges: 2 }, { attempts: 3, duration: 1200 }],
    ['all at once', { delay: 0, maxHedges: 2 }, { attempts: 3, duration: 1000 }],
    ['each after the failure of the one before', { delay: -1, maxHedges: 2 }, { attempts: 3, duration: 3000 }],
    ['so while nothing is known of latencies', {}, { attempts: 2, duration: 2000 }],
    ['at the latest when the one before is out of time', { delay: '1m' }, { attempts: 2, duration: 2000 }],
  ] as const)('counts at worst with copies that start %s', (_how, options, worst) => {
    const { call } = protectForTest(async () => 1, { hedge: { idempotent: true, ...options }, timeout: '1s' });
    expect(explain(call)[0]).toMatchObject(worst);
  });
});
