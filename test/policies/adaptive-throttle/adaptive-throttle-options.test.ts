import { describe, expect, it } from 'vitest';
import { AdaptiveThrottle } from '../../../decorators/index.js';
import { InvalidOptionsError } from '../../../src/core/index.js';
import type { AdaptiveThrottleOptions } from '../../../src/policies/adaptive-throttle/index.js';
import { testRuntime } from '../../../src/testing/index.js';

const rate = 'must be a rate above 0 and at most 1';
const threshold = 'must be a number above 0 and below 1';
const window =
  "must be a finite duration of at least 10 ms (milliseconds or a number with a unit, such as '250ms', '2s' or '1m')";
const matchers = 'must be an error class, a code, a predicate, or a list of them';

const wrong: readonly [string, unknown, string][] = [
  ['no success at all', { successThreshold: 0 }, `successThreshold ${threshold}, but got 0`],
  ['a success of every call', { successThreshold: 1 }, `successThreshold ${threshold}, but got 1`],
  ['more successes than calls', { successThreshold: 1.1 }, `successThreshold ${threshold}, but got 1.1`],
  ['a threshold in words', { successThreshold: '90%' }, `successThreshold ${threshold}, but got '90%'`],
  ['a threshold that is none', { successThreshold: Number.NaN }, `successThreshold ${threshold}, but got NaN`],
  ['a window that is too short', { window: 9 }, `window ${window}, but got 9`],
  ['a window without an end', { window: Number.POSITIVE_INFINITY }, `window ${window}, but got Infinity`],
  ['a window without a unit', { window: '60' }, `window ${window}, but got '60'`],
  ['a negative minimum', { minimumCalls: -1 }, 'minimumCalls must be a whole number of at least 0, but got -1'],
  ['a part of a call', { minimumCalls: 1.5 }, 'minimumCalls must be a whole number of at least 0, but got 1.5'],
  ['nothing ever refused', { maxRejectionRate: 0 }, `maxRejectionRate ${rate}, but got 0`],
  ['more refused than asked for', { maxRejectionRate: 2 }, `maxRejectionRate ${rate}, but got 2`],
  ['errors that are none', { on: 5 }, `on ${matchers}, but got 5`],
  ['no exceptions', { except: [] }, `except ${matchers}, but got []`],
  ['an empty code', { ignore: '' }, `ignore ${matchers}, but got ''`],
  ['neither on nor off', { enabled: 1 }, 'enabled must be true or false, but got 1'],
  [
    'what is no name',
    '90 percent',
    "name must be a name: a letter, then letters, digits, _ . : or -, but got '90 percent'",
  ],
  [
    'an option of circuits',
    { openFor: '1s' },
    'openFor is no option; it takes enabled, successThreshold, window, minimumCalls, maxRejectionRate, on, except, ignore, name, scope, key, maxKeys, idle',
  ],
];

describe('@AdaptiveThrottle says at once what is wrong with', () => {
  it.each(wrong)('%s', (_what, options, message) => {
    expect(() => AdaptiveThrottle(options as AdaptiveThrottleOptions)).toThrow(InvalidOptionsError);
    expect(() => AdaptiveThrottle(options as AdaptiveThrottleOptions)).toThrow(`@AdaptiveThrottle: ${message}`);
  });

  it('a number in the place of a name', () => {
    expect(() => AdaptiveThrottle(0.9 as never)).toThrow('@AdaptiveThrottle takes an object of options, but got 0.9');
  });

  it('options of one use that a registry is given, or that change a throttle, naming it', () => {
    const { runtime } = testRuntime();
    const rule = 'is no option; it takes successThreshold, window, minimumCalls, maxRejectionRate';
    expect(() => runtime.throttles.register('search', { on: Error } as object)).toThrow(
      `search: @AdaptiveThrottle: on ${rule}`,
    );
    const throttle = runtime.throttles.get('search');
    expect(() => throttle.change({ window: 1 })).toThrow(`search: @AdaptiveThrottle: window ${window}, but got 1`);
    expect(() => throttle.change({ successThreshold: 1 })).toThrow(
      `search: @AdaptiveThrottle: successThreshold ${threshold}, but got 1`,
    );
    expect(() => throttle.change({ on: Error } as object)).toThrow(`search: @AdaptiveThrottle: on ${rule}`);
  });
});

describe('@AdaptiveThrottle takes', () => {
  it.each<[string, AdaptiveThrottleOptions | string | undefined]>([
    ['nothing', undefined],
    ['a name', 'search'],
    ['the shortest window', { window: 10 }],
    ['the largest rates', { successThreshold: 1 - Number.EPSILON / 2, maxRejectionRate: 1 }],
    ['the smallest rates', { successThreshold: Number.MIN_VALUE, maxRejectionRate: Number.MIN_VALUE }],
    ['a window of a month', { window: '30d' }],
  ])('%s', async (_what, options) => {
    class Service {
      @AdaptiveThrottle(options)
      async run(): Promise<string> {
        return 'done';
      }
    }
    const service = new Service();
    testRuntime().runtime.bind(service);
    await expect(service.run()).resolves.toBe('done');
  });
});
