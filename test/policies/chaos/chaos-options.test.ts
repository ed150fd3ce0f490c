import { describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { chaosOptions } from '../../../src/policies/chaos/chaos-options.js';
import type { ChaosOptions } from '../../../src/policies/chaos/index.js';
import { Boom, protectForTest } from '../../../src/testing/index.js';

const fault = 'must be an error that can be copied, a class of errors, or a function that gives an error';
const latency =
  "must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), a range [min, max], or a function that gives a duration";

class NoError {}

class Secret extends Error {
  readonly #secret: string = 'hidden';

  override get name(): string {
    return this.#secret;
  }
}

const names = new WeakMap<Error, string>();

class Renamed extends Error {
  constructor() {
    super('x');
    names.set(this, 'Renamed');
  }

  override get name(): string {
    return names.get(this) ?? 'Nameless';
  }
}

describe('The options of @Chaos', () => {
  it.each([
    ['rate', 0, 'must be a rate above 0 and at most 1, but got 0'],
    ['rate', 1.01, 'must be a rate above 0 and at most 1, but got 1.01'],
    ['rate', '0.5', "must be a rate above 0 and at most 1, but got '0.5'"],
    ['rate', Number.NaN, 'must be a rate above 0 and at most 1, but got NaN'],
    ['enabled', 'yes', "must be true or false, but got 'yes'"],
    ['enabled', () => true, 'must be true or false, but got a function'],
    ['seed', -1, 'must be a whole number from 0 to 4294967295, but got -1'],
    ['seed', 1.5, 'must be a whole number from 0 to 4294967295, but got 1.5'],
    ['seed', 2 ** 32, 'must be a whole number from 0 to 4294967295, but got 4294967296'],
    ['seed', 'abc', "must be a whole number from 0 to 4294967295, but got 'abc'"],
    ['behavior', 'crash', "must be a function, but got 'crash'"],
    ['fault', 'down', `${fault}, but got 'down'`],
    ['fault', 503, `${fault}, but got 503`],
    ['fault', null, `${fault}, but got null`],
    ['fault', { message: 'down' }, `${fault}, but got { message: 'down' }`],
    ['fault', NoError, `${fault}, but got function NoError`],
    ['fault', new DOMException('gone', 'AbortError'), `${fault}, but got DOMException [AbortError]: gone`],
    ['fault', new Secret(), `${fault}, but got`],
    ['fault', new Renamed(), `${fault}, but got`],
    ['latency', '5', `${latency}, but got '5'`],
    ['latency', -1, `${latency}, but got -1`],
    ['latency', 'soon', `${latency}, but got 'soon'`],
    ['latency', null, `${latency}, but got null`],
    ['latency', [], `${latency}, but got []`],
    ['latency', [100], `${latency}, but got [ 100 ]`],
    ['latency', [1, 2, 3], `${latency}, but got [ 1, 2, 3 ]`],
    ['latency', ['2s', '1s'], `${latency}, but got [ '2s', '1s' ]`],
    ['latency', [0, Number.POSITIVE_INFINITY], `${latency}, but got [ 0, Infinity ]`],
    ['latency', [0, 'later'], `${latency}, but got [ 0, 'later' ]`],
    ['probability', 1, 'is no option; it takes enabled, rate, fault, latency, result, behavior, seed'],
  ])('refuse for %s %o', (option, value, message) => {
    const given = () => chaosOptions.check({ [option]: value });
    expect(given).toThrow(InvalidOptionsError);
    expect(given).toThrow(`@Chaos: ${option} ${message}`);
  });

  it.each([
    [{ fault: Boom, result: 5 }, 'Service.method: @Chaos has fault and result: an attempt comes to one of them'],
    [
      { fault: Boom, result: undefined },
      'Service.method: @Chaos has fault and result: an attempt comes to one of them',
    ],
    [
      { enabled: true, fault: Boom, result: 5 },
      'Service.method: @Chaos has fault and result: an attempt comes to one of them',
    ],
    [{ enabled: true }, 'Service.method: @Chaos must have at least one of fault, latency, result, behavior'],
    [
      { enabled: true, rate: 1, seed: 1 },
      'Service.method: @Chaos must have at least one of fault, latency, result, behavior',
    ],
  ] as [ChaosOptions, string][])('refuse together %o', (chaos, message) => {
    expect(() => protectForTest(async () => 'ok', { chaos })).toThrow(message);
  });

  it.each([
    [{ latency: Number.POSITIVE_INFINITY }],
    [{ latency: [5, '5ms'] }],
    [{ latency: ['0s', '4w'] }],
    [{ rate: Number.MIN_VALUE, seed: 0 }],
    [{ seed: 2 ** 32 - 1 }],
    [{ result: undefined }],
    [{ fault: () => undefined }],
    [{ fault: Error }],
    [{ fault: new TypeError('x') }],
  ] as [ChaosOptions][])('take %o', (chaos) => {
    expect(() =>
      protectForTest(async () => 'ok', { chaos: { enabled: true, behavior: () => 1, ...chaos } }),
    ).not.toThrow();
  });
});
