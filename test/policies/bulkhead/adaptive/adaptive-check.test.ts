import { describe, expect, it } from 'vitest';
import { count, InvalidOptionsError, maybe, optional, options } from '../../../../src/core/index.js';
import {
  type AdaptiveChoice,
  type AdaptiveOptions,
  adaptiveCheck,
  adaptiveFault,
  adaptiveSettings,
} from '../../../../src/policies/bulkhead/adaptive/index.js';

/** Options of some bulkhead, of which `adaptive` is one. */
const someOptions = options<{ readonly maxConcurrent?: number; readonly adaptive?: AdaptiveChoice }>()(
  '@Bulkhead',
  { maxConcurrent: optional(count({ min: 1 }), 200), adaptive: maybe(adaptiveCheck()) },
  ({ adaptive, maxConcurrent }) =>
    adaptive === undefined || adaptive === false ? undefined : adaptiveFault(adaptive, maxConcurrent),
);

function fault(run: () => unknown): InvalidOptionsError {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error('Nothing was wrong with it');
}

const wrong = (adaptive: unknown) => fault(() => someOptions.check({ adaptive }, 'Shop.buy'));

describe('the option adaptive', () => {
  it.each([
    false,
    'aimd',
    'vegas',
    'gradient2',
    { algorithm: 'aimd' },
    { algorithm: 'aimd', timeout: '2s', backoffRatio: 0.5 },
    { algorithm: 'vegas', smoothing: 0.5, probeMultiplier: 10 },
    { algorithm: 'gradient2', tolerance: 1, queueSize: 10, smoothing: 1, longWindow: 10 },
    { algorithm: 'vegas', initialLimit: 5, minLimit: 5, window: 100, minSamples: 1 },
  ] satisfies AdaptiveChoice[])('may be %j', (adaptive) => {
    expect(someOptions.check({ adaptive })).toEqual({ adaptive });
    expect(someOptions.complete({ adaptive }, 'Shop.buy').adaptive).toEqual(adaptive);
  });

  it.each(['AIMD', '', 10, true, null, [], ['aimd']])('may not be %j', (adaptive) => {
    const { option, rule, value, message } = wrong(adaptive);
    expect([option, value]).toEqual(['adaptive', adaptive]);
    expect(rule).toBe("must be one of 'aimd', 'vegas', 'gradient2', options with one of them as algorithm, or false");
    expect(message).toContain('Shop.buy: @Bulkhead: adaptive must be one of');
  });

  const shared = 'algorithm, initialLimit, minLimit, window, minSamples';
  const durations = "milliseconds or a number with a unit, such as '250ms', '2s' or '1m'";
  it.each([
    [{}, 'algorithm', "must be one of 'aimd', 'vegas', 'gradient2'"],
    [{ algorithm: 'bbr' }, 'algorithm', "must be one of 'aimd', 'vegas', 'gradient2'"],
    [{ algorithm: 'toString' }, 'algorithm', "must be one of 'aimd', 'vegas', 'gradient2'"],
    [{ algorithm: 'aimd', minLimit: 0 }, 'minLimit', 'must be a whole number of at least 1'],
    [{ algorithm: 'aimd', initialLimit: 1.5 }, 'initialLimit', 'must be a whole number of at least 1'],
    [{ algorithm: 'aimd', minSamples: 0 }, 'minSamples', 'must be a whole number of at least 1'],
    [
      { algorithm: 'aimd', window: '50ms' },
      'window',
      `must be a duration of at least 100 ms and at most 3600000 ms (${durations})`,
    ],
    [
      { algorithm: 'aimd', window: '2h' },
      'window',
      `must be a duration of at least 100 ms and at most 3600000 ms (${durations})`,
    ],
    [{ algorithm: 'aimd', timeout: 0 }, 'timeout', `must be a duration of at least 1 ms (${durations})`],
    [{ algorithm: 'aimd', backoffRatio: 1 }, 'backoffRatio', 'must be a number of at least 0.5 and below 1'],
    [{ algorithm: 'aimd', backoffRatio: 0.49 }, 'backoffRatio', 'must be a number of at least 0.5 and below 1'],
    [{ algorithm: 'vegas', smoothing: 0 }, 'smoothing', 'must be a rate above 0 and at most 1'],
    [{ algorithm: 'vegas', probeMultiplier: 0 }, 'probeMultiplier', 'must be a whole number of at least 1'],
    [{ algorithm: 'gradient2', tolerance: 0.9 }, 'tolerance', 'must be a number of at least 1'],
    [{ algorithm: 'gradient2', queueSize: 0 }, 'queueSize', 'must be a whole number of at least 1'],
    [{ algorithm: 'gradient2', smoothing: 1.1 }, 'smoothing', 'must be a rate above 0 and at most 1'],
    [{ algorithm: 'gradient2', longWindow: 9 }, 'longWindow', 'must be a whole number of at least 10'],
    [{ algorithm: 'aimd', tolerance: 2 }, 'tolerance', `is no option; it takes ${shared}, timeout, backoffRatio`],
    [{ algorithm: 'vegas', timeout: 2 }, 'timeout', `is no option; it takes ${shared}, smoothing, probeMultiplier`],
    [
      { algorithm: 'gradient2', maxLimit: 2 },
      'maxLimit',
      `is no option; it takes ${shared}, tolerance, queueSize, smoothing, longWindow`,
    ],
    [{ algorithm: 'aimd', minLimit: 6, initialLimit: 5 }, 'initialLimit', 'must not be below minLimit (6)'],
  ])('names what is wrong in %j', (adaptive, option, rule) => {
    const { message, value, ...told } = wrong(adaptive);
    const given = (adaptive as Readonly<Record<string, unknown>>)[option];
    expect(told).toMatchObject({ option: `adaptive.${option}`, rule, site: 'Shop.buy' });
    expect(value).toBe(given);
    expect(message).toMatch(`Shop.buy: @Bulkhead: adaptive.${option} ${rule}, but got `);
  });

  it.each([
    [{ algorithm: 'aimd', initialLimit: 11 }, 'initialLimit', 'must not be above maxConcurrent (10)', 11],
    [{ algorithm: 'vegas', minLimit: 11 }, 'minLimit', 'must not be above maxConcurrent (10)', 11],
  ] as const)('must fit the bulkhead: %j', (adaptive, option, rule, value) => {
    const expected = { decorator: '@Bulkhead', option: `adaptive.${option}`, rule, value };
    const prepared = fault(() => someOptions.complete({ adaptive, maxConcurrent: 10 }, 'Shop.buy'));
    expect(prepared).toMatchObject({ ...expected, site: 'Shop.buy' });
    expect(fault(() => adaptiveSettings(adaptive, 10))).toMatchObject(expected);
    expect(someOptions.complete({ adaptive, maxConcurrent: 11 }, 'Shop.buy').maxConcurrent).toBe(11);
  });
});

describe('the types of the option adaptive', () => {
  it('know which options belong to which algorithm', () => {
    const wrongOnes: AdaptiveOptions[] = [
      // @ts-expect-error a tolerance is for comparing times: gradient2 does
      { algorithm: 'aimd', tolerance: 2 },
      // @ts-expect-error a timeout tells of drops: aimd looks at them
      { algorithm: 'vegas', timeout: '1s' },
      // @ts-expect-error nobody knows which algorithm
      { initialLimit: 5 },
      // @ts-expect-error nobody knows this one
      'bbr',
    ];
    for (const adaptive of wrongOnes) expect(wrong(adaptive).option).toMatch(/^adaptive/);
  });
});

describe('the settings of an adaptive limit', () => {
  const shared = { minLimit: 1, initialLimit: 20, maxLimit: 200, window: 1000, minSamples: 10 };

  it.each([
    ['aimd', { ...shared, algorithm: 'aimd', timeout: 5000, backoffRatio: 0.9 }],
    ['vegas', { ...shared, algorithm: 'vegas', smoothing: 1, probeMultiplier: 30 }],
    ['gradient2', { ...shared, algorithm: 'gradient2', tolerance: 1.5, queueSize: 4, smoothing: 0.2, longWindow: 600 }],
  ] as const)('of %s have their defaults, by name as by options', (algorithm, expected) => {
    expect(adaptiveSettings(algorithm, 200)).toEqual(expected);
    expect(adaptiveSettings({ algorithm }, 200)).toEqual(expected);
  });

  it.each([
    ['in a small bulkhead at its size', {}, 10, 10],
    ['above the usual one at the least', { minLimit: 30 }, 200, 30],
    ['where it is told', { initialLimit: 7 }, 200, 7],
  ])('start %s', (_, given, most, start) => {
    expect(adaptiveSettings({ algorithm: 'vegas', ...given }, most).initialLimit).toBe(start);
  });
});
