import { AxiosHeaders } from 'axios';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTold } from '../../../../src/policies/rate-limit/told/index.js';

const now = Date.UTC(2026, 9, 21, 7, 28);
const day = 86_400_000;

type Fields = Record<string, string>;

interface Window {
  readonly id: string;
  readonly remaining?: number;
  readonly resetAfter?: number;
  readonly limit?: number;
  readonly per?: number;
}

/** The windows that an answer tells, without what it does not tell of them. */
const windowsIn = (headers: unknown, status = 200): Window[] =>
  JSON.parse(JSON.stringify(readTold(status, headers, now).windows));

describe('the fields RateLimit and RateLimit-Policy', () => {
  const burst = { id: 'burst', remaining: 50, resetAfter: 30_000, limit: 100, per: 60_000 };

  it.each<[string, Fields, Window[]]>([
    [
      'tell what is left of each named limit',
      {
        'ratelimit-policy': '"burst";q=100;w=60, "daily";q=1000;w=86400',
        ratelimit: '"burst";r=50;t=30, "daily";r=7;t=3600',
      },
      [burst, { id: 'daily', remaining: 7, resetAfter: 3_600_000, limit: 1000, per: day }],
    ],
    ['may have tokens for names', { 'ratelimit-policy': 'burst;q=100;w=60', ratelimit: '"burst";r=50;t=30' }, [burst]],
    ['may tell no limits', { ratelimit: '"burst";r=50;t=30' }, [{ id: 'burst', remaining: 50, resetAfter: 30_000 }]],
    ['may tell no time', { ratelimit: '"burst";r=50' }, [{ id: 'burst', remaining: 50 }]],
    ['may tell that nothing is left', { ratelimit: '"burst";r=0;t=0' }, [{ id: 'burst', remaining: 0, resetAfter: 0 }]],
    [
      'may tell no more than the limits',
      { 'ratelimit-policy': '"burst";q=100;w=60' },
      [{ id: 'burst', limit: 100, per: 60_000 }],
    ],
    [
      'may tell no more than the limits beside others',
      { 'ratelimit-policy': '"burst";q=100;w=60, "daily";q=1000;w=86400', ratelimit: '"burst";r=50;t=30' },
      [burst, { id: 'daily', limit: 1000, per: day }],
    ],
    ['tell nothing by a limit without a period', { 'ratelimit-policy': '"burst";q=100' }, []],
    [
      'tell a limit without a period where something is left of it',
      { 'ratelimit-policy': '"burst";q=100', ratelimit: '"burst";r=50;t=30' },
      [{ id: 'burst', remaining: 50, resetAfter: 30_000, limit: 100 }],
    ],
    [
      'may name the requests that they count',
      { 'ratelimit-policy': '"burst";q=100;w=60;qu="requests"', ratelimit: '"burst";r=50;t=30' },
      [burst],
    ],
    [
      'tell nothing about what is not requests',
      {
        'ratelimit-policy': '"bytes";q=100;w=60;qu="content-bytes", "burst";q=100;w=60',
        ratelimit: '"bytes";r=5;t=3, "burst";r=50;t=30',
      },
      [burst],
    ],
    [
      'have partition keys and parameters of others, which say nothing to us',
      {
        'ratelimit-policy': '"burst";q=100;w=60;pk=:cHsdsRa894==:;a=1.5',
        ratelimit: '"burst";r=50;t=30;pk=:cHsdsRa894==:;b',
      },
      [burst],
    ],
    [
      'count by their first item of a name',
      { 'ratelimit-policy': '"burst";q=100;w=60, "burst";q=9;w=9', ratelimit: '"burst";r=50;t=30, "burst";r=0;t=9' },
      [burst],
    ],
    [
      'are believed for a day at most',
      { 'ratelimit-policy': '"month";q=9;w=2592000', ratelimit: '"month";r=5;t=1000000' },
      [{ id: 'month', remaining: 5, resetAfter: day, limit: 9, per: day }],
    ],
    [
      'lose items with a parameter of a wrong type',
      {
        ratelimit:
          '"a";r=-1;t=3, "b";r=1.5;t=3, "c";r="5";t=3, "d";r;t=3, "e";t=3, "f";r=5;t=-3, "g";r=5;t="3", burst;r=50;t=30, 7;r=5, ("h");r=5',
      },
      [{ id: 'burst', remaining: 50, resetAfter: 30_000 }],
    ],
    [
      'lose policies with a parameter of a wrong type',
      {
        'ratelimit-policy':
          '"a";q=-1;w=3, "b";q="5";w=3, "c";w=3, "d";q=5;w=0, "e";q=5;w=1.5, "f";q=5;w=3;qu=7, "burst";q=100;w=60',
      },
      [{ id: 'burst', limit: 100, per: 60_000 }],
    ],
    ['are ignored as a whole when malformed', { ratelimit: '"burst";r=50;t=30, "daily' }, []],
    [
      'are ignored one without the other',
      { 'ratelimit-policy': '"burst";;q=100', ratelimit: '"burst";r=50;t=30' },
      [{ id: 'burst', remaining: 50, resetAfter: 30_000 }],
    ],
    ['tell nothing when empty', { 'ratelimit-policy': '', ratelimit: '' }, []],
  ])('%s', (_what, headers, windows) => {
    expect(windowsIn(headers)).toEqual(windows);
  });

  it.each<[string, Fields, Window[]]>([
    [
      'in one field, with the limits in another',
      { ratelimit: 'limit=100, remaining=50, reset=30', 'ratelimit-policy': '100;w=60, 1000;w=3600' },
      [
        { id: '100;w=60', remaining: 50, resetAfter: 30_000, limit: 100, per: 60_000 },
        { id: '1000;w=3600', limit: 1000, per: 3_600_000 },
      ],
    ],
    [
      'in one field alone',
      { ratelimit: 'limit=100, remaining=50, reset=30' },
      [{ id: '', remaining: 50, resetAfter: 30_000, limit: 100 }],
    ],
    [
      'in one field without the limit',
      { ratelimit: 'remaining=50, reset=30' },
      [{ id: '', remaining: 50, resetAfter: 30_000 }],
    ],
    [
      'in one field without the time',
      { ratelimit: 'limit=100, remaining=50' },
      [{ id: '', remaining: 50, limit: 100 }],
    ],
    ['not in one field that tells nothing of what is left', { ratelimit: 'limit=100, reset=30' }, []],
    ['not in one field with a wrong number', { ratelimit: 'limit=100, remaining=50, reset=-30' }, []],
    ['not in one field with a wrong limit', { ratelimit: 'limit="100", remaining=50, reset=30' }, []],
    ['not in one field that is malformed', { ratelimit: 'limit=100, remaining=50, reset=30,' }, []],
    ['by the limits alone', { 'ratelimit-policy': '100;w=60' }, [{ id: '100;w=60', limit: 100, per: 60_000 }]],
    ['not by limits without a period', { 'ratelimit-policy': '100, 100;w=0, 100;w=-1, 1.5;w=60, 100;w="60"' }, []],
    [
      'in three fields',
      {
        'ratelimit-limit': '100, 100;w=60;comment="sliding window", 1000;w=3600',
        'ratelimit-remaining': '50',
        'ratelimit-reset': '30',
      },
      [
        { id: '100;w=60', remaining: 50, resetAfter: 30_000, limit: 100, per: 60_000 },
        { id: '1000;w=3600', limit: 1000, per: 3_600_000 },
      ],
    ],
    [
      'in four fields',
      {
        'ratelimit-limit': '100',
        'ratelimit-remaining': '50',
        'ratelimit-reset': '30',
        'ratelimit-policy': '100;w=60',
      },
      [{ id: '100;w=60', remaining: 50, resetAfter: 30_000, limit: 100, per: 60_000 }],
    ],
  ])('were written differently in earlier drafts: %s', (_how, headers, windows) => {
    expect(windowsIn(headers)).toEqual(windows);
  });
});

describe('the fields X-RateLimit-*', () => {
  const fields = { 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '42' };
  const window = { id: '', remaining: 42, limit: 60 };

  it.each<[string, Fields, Window[]]>([
    ['of seconds from now', { ...fields, 'X-RateLimit-Reset': '30' }, [{ ...window, resetAfter: 30_000 }]],
    [
      'of seconds since 1970',
      { ...fields, 'X-RateLimit-Reset': String(now / 1000 + 30) },
      [{ ...window, resetAfter: 30_000 }],
    ],
    [
      'of milliseconds since 1970',
      { ...fields, 'X-RateLimit-Reset': String(now + 1500) },
      [{ ...window, resetAfter: 1500 }],
    ],
    ['of a date', { ...fields, 'X-RateLimit-Reset': '2026-10-21T07:28:30Z' }, [{ ...window, resetAfter: 30_000 }]],
    ['of nothing', fields, [window]],
    ['of nonsense', { ...fields, 'X-RateLimit-Reset': 'soon' }, [window]],
    [
      'as GitHub sends them',
      {
        ...fields,
        'X-RateLimit-Reset': String(now / 1000 + 30),
        'X-RateLimit-Used': '18',
        'X-RateLimit-Resource': 'core',
      },
      [{ ...window, id: 'core', resetAfter: 30_000 }],
    ],
    [
      'as Discord sends them',
      {
        ...fields,
        'X-RateLimit-Reset': String(now / 1000 + 2),
        'X-RateLimit-Reset-After': '1.25',
        'X-RateLimit-Bucket': 'abcd1234',
      },
      [{ ...window, id: 'abcd1234', resetAfter: 1250 }],
    ],
    [
      'as X sends them',
      { 'x-rate-limit-limit': '60', 'x-rate-limit-remaining': '42', 'x-rate-limit-reset': String(now / 1000 + 30) },
      [{ ...window, resetAfter: 30_000 }],
    ],
    [
      'as Reddit sends them',
      { 'x-ratelimit-remaining': '42.9', 'x-ratelimit-used': '58', 'x-ratelimit-reset': '30' },
      [{ id: '', remaining: 42, resetAfter: 30_000 }],
    ],
    [
      'as Envoy sends them',
      {
        'x-ratelimit-limit': '10, 10;w=1;name="a b", 100;w=60',
        'x-ratelimit-remaining': '9',
        'x-ratelimit-reset': '1',
      },
      [
        { id: '10;w=1', remaining: 9, resetAfter: 1000, limit: 10, per: 1000 },
        { id: '100;w=60', limit: 100, per: 60_000 },
      ],
    ],
    [
      'as OpenAI sends them',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '42',
        'x-ratelimit-reset-requests': '6m0s',
        'x-ratelimit-remaining-tokens': '0',
      },
      [{ ...window, resetAfter: 360_000 }],
    ],
    [
      'of which one tells the limits alone',
      { 'X-RateLimit-Limit': '100, 100;w=60' },
      [{ id: '100;w=60', limit: 100, per: 60_000 }],
    ],
    ['with blanks around', { 'X-RateLimit-Limit': ' 60 ', 'X-RateLimit-Remaining': ' 42 ' }, [window]],
    ['of which one is malformed', { ...fields, 'X-RateLimit-Limit': 'many' }, [{ id: '', remaining: 42 }]],
    ['of which none says what is left', { 'X-RateLimit-Limit': '60', 'X-RateLimit-Reset': '30' }, []],
    ['of which one says that less than nothing is left', { ...fields, 'X-RateLimit-Remaining': '-1' }, []],
    ['of which one says that nobody knows how much is left', { ...fields, 'X-RateLimit-Remaining': '1e9' }, []],
    ['of which one says that endlessly much is left', { ...fields, 'X-RateLimit-Remaining': '9'.repeat(400) }, []],
    [
      'after those of the standard, which come first',
      { ...fields, 'RateLimit-Remaining': '5', RateLimit: '"burst";r=50;t=30' },
      [{ id: 'burst', remaining: 50, resetAfter: 30_000 }],
    ],
    [
      'after those of earlier drafts',
      { ...fields, 'RateLimit-Remaining': '5', 'RateLimit-Reset': '3' },
      [{ id: '', remaining: 5, resetAfter: 3000 }],
    ],
    ['where those of the standard are malformed', { ...fields, RateLimit: '"burst";r=-1' }, [window]],
    [
      'where those of earlier drafts are malformed',
      { ...fields, 'RateLimit-Remaining': 'x', 'RateLimit-Reset': '3' },
      [window],
    ],
  ])('are read: %s', (_which, headers, windows) => {
    expect(windowsIn(headers)).toEqual(windows);
  });

  it.each<[string, (fields: Fields) => unknown]>([
    ['a Headers', (all) => new Headers(all)],
    ["axios's headers", (all) => new AxiosHeaders(all)],
    ['an object of lists', (all) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]]))],
  ])('are read from %s', (_what, make) => {
    expect(windowsIn(make({ ...fields, 'X-RateLimit-Reset': '30' }))).toEqual([{ ...window, resetAfter: 30_000 }]);
  });

  it.each([undefined, null, 'x-ratelimit-remaining: 5', 7, []])('are not found in %j', (headers) => {
    expect(readTold(200, headers, now)).toEqual({ windows: [] });
  });
});

describe('an answer with a date', () => {
  const date = 'Wed, 21 Oct 2026 03:00:00 GMT'; // its clock is more than four hours slow
  const epoch = String(Date.UTC(2026, 9, 21, 3, 0, 30) / 1000);

  it('has moments counted from that date, not from the clock on our wall', () => {
    const headers = { date, 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': epoch };
    expect(windowsIn(headers)).toEqual([{ id: '', remaining: 5, resetAfter: 30_000 }]);
    expect(readTold(429, { date, 'retry-after': 'Wed, 21 Oct 2026 03:00:02 GMT' }, now).pausedFor).toBe(2000);
  });

  it.each(['yesterday', '2026-10-21T03:00:00Z', '5'])(
    'that is none, %j, has them counted from the clock on our wall',
    (wrong) => {
      const headers = { date: wrong, 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': String(now / 1000 + 30) };
      expect(windowsIn(headers)).toEqual([{ id: '', remaining: 5, resetAfter: 30_000 }]);
    },
  );
});

describe('an answer from a cache', () => {
  const ratelimit = '"burst";r=0;t=30';

  it('tells nothing about the present state of windows', () => {
    expect(windowsIn({ age: '12', ratelimit })).toEqual([]);
    expect(readTold(503, { age: '12', ratelimit, 'retry-after': '5' }, now)).toEqual({ pausedFor: 5000, windows: [] });
  });

  it.each(['0', '', 'x', '-1'])('is not one whose age is %j', (age) => {
    expect(windowsIn({ age, ratelimit })).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  it.each([
    [429, { 'Retry-After': '5' }, 5000],
    [503, { 'Retry-After': '5' }, 5000],
    [403, { 'Retry-After': '5' }, 5000],
    [429, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:02 GMT' }, 2000],
    [429, { 'Retry-After': 'Wed, 21 Oct 2026 07:27:00 GMT' }, 0],
    [429, { 'Retry-After': '5', 'retry-after-ms': '120' }, 120],
    [429, { 'Retry-After': '86401' }, day],
    [429, { 'Retry-After': '9'.repeat(400) }, day],
    [503, { 'Retry-After': 'Fri, 21 Oct 2036 07:28:00 GMT' }, day],
    [429, { 'retry-after-ms': '315360000000' }, day],
    [429, { 'Retry-After': 'later' }, undefined],
    [429, { 'Retry-After': '-5' }, undefined],
    [429, {}, undefined],
    [200, { 'Retry-After': '5' }, undefined],
    [202, { 'Retry-After': '5' }, undefined],
    [301, { 'Retry-After': '5' }, undefined],
    [500, { 'Retry-After': '5' }, undefined],
    [undefined, { 'Retry-After': '5' }, undefined],
  ])('of an answer %s with %j makes a pause of %s ms', (status, headers, pausedFor) => {
    expect(readTold(status, headers, now)).toEqual(
      pausedFor === undefined ? { windows: [] } : { pausedFor, windows: [] },
    );
  });

  it('is read beside what is left', () => {
    const told = readTold(429, { 'Retry-After': '5', RateLimit: '"a";r=0;t=3' }, now);
    expect(told.pausedFor).toBe(5000);
    expect(told.windows).toMatchObject([{ id: 'a', remaining: 0, resetAfter: 3000 }]);
  });
});

describe('whatever a server sends', () => {
  const names = [
    ...['ratelimit', 'ratelimit-policy', 'age', 'date', 'retry-after', 'retry-after-ms'],
    ...['ratelimit', 'x-ratelimit', 'x-rate-limit'].flatMap((prefix) =>
      ['limit', 'remaining', 'reset', 'reset-after', 'resource'].map((name) => `${prefix}-${name}`),
    ),
  ];
  const number = fc.oneof(
    { weight: 5, arbitrary: fc.nat(1000).map(String) },
    fc.integer().map(String),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.constantFrom('1e999', '-0', 'Infinity', 'NaN', '9'.repeat(400), ''),
  );
  const parameter = fc
    .tuple(fc.constantFrom('q', 'w', 'r', 't', 'qu', 'pk'), number)
    .map(([name, value]) => `;${name}=${value}`);
  const item = fc
    .tuple(
      fc.constantFrom('"a"', 'a', '100', 'limit=5', 'remaining=3', 'reset=9', '("a")', '"'),
      fc.array(parameter, { maxLength: 3 }),
    )
    .map(([name, parameters]) => name + parameters.join(''));
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    number,
    fc.array(item, { maxLength: 4 }).map((items) => items.join(', ')),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const headers = fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value, { maxLength: 2 })), {
    minKeys: 4,
    maxKeys: 12,
    size: 'max',
    noNullPrototype: true,
  });

  it('is read without an error, as finite numbers from 0 on, and nothing is believed beyond a day', () => {
    let [told, windows] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(200, 403, 429, 503, undefined), headers, (status, fields) => {
        const { pausedFor, windows: found } = readTold(status, fields, now);
        const times = [pausedFor, ...found.flatMap(({ resetAfter, per }) => [resetAfter, per])];
        const counts = found.flatMap(({ remaining, limit }) => [remaining, limit]);
        for (const number of [...times, ...counts].filter((known) => known !== undefined)) {
          expect(Number.isFinite(number) && number >= 0).toBe(true);
        }
        expect(Math.max(0, ...times.filter((known) => known !== undefined))).toBeLessThanOrEqual(day);
        for (const { id, remaining, limit, per } of found) {
          expect(typeof id).toBe('string');
          expect(remaining !== undefined || (limit !== undefined && per !== undefined)).toBe(true);
        }
        if (pausedFor !== undefined) told++;
        windows += found.length;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(told, windows)).toBeGreaterThan(100); // else nothing was shown
  });
});
