import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTold } from '../../../../src/policies/rate-limit/told/index.js';
import { ManualClock, testRuntime } from '../../../../src/testing/index.js';

const second = 1000;
const hour = 3600 * second;
const start = Date.UTC(2026, 9, 21);

/** A server with a clock of its own, and what it writes when its limit begins anew at a time. */
interface Form {
  readonly status: number;
  headers(end: number, serverNow: number): Readonly<Record<string, string>>;
}

const up = (time: number) => String(Math.ceil(time / second));
const httpDate = (time: number) => new Date(Math.floor(time / second) * second).toUTCString();

const forms: readonly (readonly [name: string, form: Form])[] = [
  ['RateLimit', { status: 200, headers: (end, now) => ({ ratelimit: `"a";r=0;t=${up(end - now)}` }) }],
  [
    'RateLimit-Reset',
    { status: 200, headers: (end, now) => ({ 'ratelimit-remaining': '0', 'ratelimit-reset': up(end - now) }) },
  ],
  [
    'X-RateLimit-Reset as an epoch',
    {
      status: 200,
      headers: (end, now) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': up(end), date: httpDate(now) }),
    },
  ],
  ['Retry-After', { status: 429, headers: (end, now) => ({ 'retry-after': up(end - now) }) }],
  [
    'Retry-After as a date',
    {
      status: 429,
      headers: (end, now) => ({ 'retry-after': httpDate(Math.ceil(end / second) * second), date: httpDate(now) }),
    },
  ],
];

describe.each(forms)('what a server tells in whole seconds by %s', (name, form) => {
  it('is kept to neither early nor more than a second late, however its clock differs and however many answers tell it', () => {
    const answered = fc.record({ after: fc.nat(4000), latency: fc.nat(300) });
    const world = fc.record({
      offset: fc.double({ min: -9 * hour, max: 9 * hour, noNaN: true }),
      left: fc.double({ min: 20 * second, max: 90 * second, noNaN: true }),
      answers: fc.array(answered, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(world, ({ offset, left, answers }) => {
        const clock = new ManualClock({ wall: new Date(start) });
        const limiter = testRuntime({ clock }).runtime.limiters.register('search', { limit: 9 });
        const [begun, serverBegun] = [clock.now(), start + offset];
        const rounded = serverBegun + left;
        const end = name.includes('as ') ? Math.ceil(rounded / second) * second : rounded;
        let most = 0;
        for (const { after, latency } of answers) {
          clock.skip(after);
          const serverNow = serverBegun + clock.now() - begun;
          clock.skip(latency);
          most = Math.max(most, latency);
          limiter.adopt({ status: form.status, headers: form.headers(end, serverNow) });
        }
        const at = serverBegun + limiter.nextPermitAt - begun;
        expect(at).toBeGreaterThanOrEqual(end - 0.01);
        expect(at).toBeLessThan(end + second + most + 0.01);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a window that begins anew in 0 seconds', () => {
  const spent = { ratelimit: '"a";r=0;t=0' };
  const waits = (status: number, headers: object) =>
    readTold(status, headers, start).windows.map(({ resetAfter }) => resetAfter);

  it.each([429, 503, 403])(
    'does so within the second where it is spent and the server refuses with %i: it rounds down',
    (status) => {
      expect(waits(status, spent)).toEqual([second]);
    },
  );

  it('has begun where the server does not refuse, something is left, or it says when to come back', () => {
    expect(waits(200, spent)).toEqual([0]);
    expect(waits(429, { ratelimit: '"a";r=1;t=0' })).toEqual([0]);
    expect(waits(429, { ...spent, 'retry-after': '0' })).toEqual([0]);
  });
});
