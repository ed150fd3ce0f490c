import { describe, expect, it } from 'vitest';
import {
  anything,
  callback,
  count,
  type Duration,
  duration,
  flag,
  InvalidOptionsError,
  maybe,
  name,
  oneOf,
  optional,
  options,
  quantity,
  rate,
  required,
  show,
  that,
} from '../../src/core/index.js';

interface TeaOptions {
  readonly cups?: number;
  readonly steep?: Duration;
  readonly sort?: 'green' | 'black';
  readonly owner?: string;
  readonly extra?: unknown;
  readonly hot?: boolean;
}

const tea = options<TeaOptions>()(
  '@Tea',
  {
    cups: required(count({ min: 1, max: 9 })),
    steep: optional(duration({ max: 600_000 }), '3m'),
    sort: optional(oneOf('green', 'black'), 'green'),
    owner: maybe(name()),
    extra: anything(),
    hot: optional(flag(), true),
  },
  ({ cups, sort }) =>
    sort === 'black' && cups > 3 ? { option: 'cups', rule: 'must be at most 3 for black tea', value: cups } : undefined,
);

/** The error that something throws. */
function fault(act: () => unknown): InvalidOptionsError {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('options', () => {
  it('are kept as they were given, without those that are undefined', () => {
    expect(tea.check({ cups: 2, steep: '1m', owner: undefined })).toEqual({ cups: 2, steep: '1m' });
    expect(Object.keys(tea.check({ sort: undefined }))).toEqual([]);
  });

  it('keep what may be anything even where that is undefined', () => {
    expect('extra' in tea.check({ extra: undefined })).toBe(true);
    expect('extra' in tea.check({})).toBe(false);
  });

  it('are completed by their defaults, with units read', () => {
    expect(tea.complete({ cups: 2, steep: '1m' }, 'Kitchen.brew')).toEqual({
      cups: 2,
      steep: 60_000,
      sort: 'green',
      owner: undefined,
      extra: undefined,
      hot: true,
    });
    expect(tea.complete({ cups: 1, hot: false }, 'Kitchen.brew')).toMatchObject({ steep: 180_000, hot: false });
  });

  it('know their names', () => {
    expect(tea.names).toEqual(['cups', 'steep', 'sort', 'owner', 'extra', 'hot']);
  });

  it.each([
    [{ cups: 0 }, '@Tea: cups must be a whole number from 1 to 9, but got 0'],
    [{ cups: '2' }, "@Tea: cups must be a whole number from 1 to 9, but got '2'"],
    [{ cups: null }, '@Tea: cups must be a whole number from 1 to 9, but got null'],
    [{ sort: 'mint' }, "@Tea: sort must be one of 'green', 'black', but got 'mint'"],
    [{ owner: '1st' }, "@Tea: owner must be a name: a letter, then letters, digits, _ . : or -, but got '1st'"],
    [{ hot: 1 }, '@Tea: hot must be true or false, but got 1'],
    [
      { steep: '1h' },
      "@Tea: steep must be a duration of at most 600000 ms (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got '1h'",
    ],
    [{ cup: 1 }, '@Tea: cup is no option; it takes cups, steep, sort, owner, extra, hot'],
    [{ constructor: 1 }, '@Tea: constructor is no option; it takes cups, steep, sort, owner, extra, hot'],
    [{ unknown: undefined }, '@Tea: unknown is no option; it takes cups, steep, sort, owner, extra, hot'],
    [undefined, '@Tea takes an object of options, but got undefined'],
    [null, '@Tea takes an object of options, but got null'],
    [[1], '@Tea takes an object of options, but got [ 1 ]'],
    ['green', "@Tea takes an object of options, but got 'green'"],
  ])('refuse %j', (given, message) => {
    expect(fault(() => tea.check(given)).message).toBe(message);
  });

  it('that must be given are asked for when they are completed, with the method’s name', () => {
    expect(fault(() => tea.complete({}, 'Kitchen.brew'))).toMatchObject({
      message: 'Kitchen.brew: @Tea: cups must be given',
      site: 'Kitchen.brew',
      option: 'cups',
      code: 'HOLDFAST_INVALID_OPTIONS',
    });
  });

  it('that do not fit together are told when they are completed', () => {
    const black: TeaOptions = { cups: 4, sort: 'black' };
    expect(tea.check(black)).toEqual(black);
    expect(fault(() => tea.complete(black, 'Kitchen.brew')).message).toBe(
      'Kitchen.brew: @Tea: cups must be at most 3 for black tea, but got 4',
    );
  });

  it('are told of in parts that a tool can read, from the line of the user', () => {
    function Tea(given: object) {
      return tea.check(given, 'Kitchen.brew', Tea);
    }
    const error = fault(() => Tea({ cups: 10 }));
    expect(error).toMatchObject({
      decorator: '@Tea',
      option: 'cups',
      rule: 'must be a whole number from 1 to 9',
      value: 10,
      site: 'Kitchen.brew',
      policy: '@Tea',
    });
    expect(error.stack?.split('\n')[1]).toContain('options.test');
    expect(error.stack).not.toContain('at Tea');
  });
});

describe('a check', () => {
  const one = options<{ readonly it?: never }>();
  const accepts = (schema: unknown, value: unknown) => {
    const set = one('@One', { it: maybe(schema as never) as never });
    try {
      set.check({ it: value });
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    ['a whole number', count(), [0, 1, 2 ** 53 - 1], [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', 1n]],
    ['a number', quantity({ min: 1, max: 2 }), [1, 1.5, 2], [0.9, 2.1, Number.NaN, '1']],
    ['a number without a limit', quantity({ min: 1 }), [1, Number.POSITIVE_INFINITY], [0, Number.NaN]],
    ['a rate', rate(), [0.001, 1], [0, 1.001, -1, Number.NaN, '0.5']],
    ['a duration', duration({ min: 1 }), [1, '1ms', Number.POSITIVE_INFINITY], [0, '0s', '1', -1]],
    ['a word', oneOf('a', 'b'), ['a', 'b'], ['c', '', 1, null]],
    ['yes or no', flag(), [true, false], [0, 'true', null]],
    ['a function', callback(), [() => 1, class {}], [{}, 'f', null]],
    ['a name', name(), ['a', 'A1', 'git.hub:v2-x_y'], ['', '1a', 'a b', '10/s', 'ä', 1, null]],
    ['whatever a test accepts', that((value) => value === 7, 'must be 7'), [7], [8, null]],
  ])('takes %s and nothing else', (_what, schema, good, bad) => {
    expect(good.filter((value) => !accepts(schema, value))).toEqual([]);
    expect((bad as unknown[]).filter((value) => accepts(schema, value))).toEqual([]);
  });
});

describe('a value in an error message', () => {
  it.each([
    ['text', "'text'"],
    [() => 1, 'a function'],
    [function named() {}, 'function named'],
    [class Service {}, 'function Service'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
    [Symbol('s'), 'Symbol(s)'],
    [10n, '10n'],
  ])('is short: %s', (value, expected) => {
    expect(show(value)).toBe(expected);
  });

  it('never fills a page', () => {
    const long = show('x'.repeat(1000));
    expect(long.length).toBeLessThanOrEqual(120);
    expect(show(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, i])))).toMatch(/^.{117}\.\.\.$/);
  });
});
