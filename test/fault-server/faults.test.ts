import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { armFaults, type Fault } from '../../src/fault-server/faults/fault.js';
import { Faults } from '../../src/fault-server/faults/faults.js';
import { ManualClock } from '../../src/testing/index.js';

let clock: ManualClock;
let faults: Faults;
beforeEach(() => {
  clock = new ManualClock();
  faults = new Faults(clock, 7);
});

describe('faults', () => {
  it('strike nothing until some are set, and nothing after they are cleared', () => {
    expect(strikes(2)).toBe('--');
    set({});
    expect(strikes(2)).toBe('xx');
    faults.set([]);
    expect(strikes(2)).toBe('--');
  });

  it('last until the server is healed when neither count nor duration is given', () => {
    set({ status: 500 });
    clock.skip(1e9);

    expect(strikes(1000)).toBe('x'.repeat(1000));
  });

  it('strike the next requests when a count is given', () => {
    set({ count: 3 });

    expect(strikes(5)).toBe('xxx--');
  });

  it('strike for as long as a duration says, in whichever form', () => {
    for (const duration of [2000, '2s', '2000ms'] as const) {
      set({ duration });
      clock.skip(1999.9);
      expect(strikes(2)).toBe('xx');
      clock.skip(0.1);
      expect(strikes(2)).toBe('--');
    }
  });

  it('go on by duration when the count is used up, and by count when the duration is over', () => {
    set({ count: 2, duration: 100 });
    expect(strikes(5)).toBe('xxxxx');
    clock.skip(100);
    expect(strikes(1)).toBe('-');

    set({ count: 3, duration: 100 });
    expect(strikes(1)).toBe('x');
    clock.skip(100);
    expect(strikes(4)).toBe('xx--');
  });

  it('count requests that they struck, not those that they let pass', () => {
    set({ count: 5, rate: 0.5 });
    const struck = strikes(100);

    expect(struck.match(/x/g)).toHaveLength(5);
    expect(struck.slice(0, struck.lastIndexOf('x'))).toContain('-');
  });

  it('strike a share of the requests when a rate is given, the same ones whenever they are set anew', () => {
    set({ rate: 0.3 });
    const first = strikes(2000);
    set({ rate: 0.3 });

    expect(strikes(2000)).toBe(first);
    expect(first.match(/x/g)?.length).toBeGreaterThan(540);
    expect(first.match(/x/g)?.length).toBeLessThan(660);
  });

  it('strike other requests under another seed', () => {
    set({ rate: 0.3 });
    const first = strikes(200);
    faults = new Faults(clock, 8);
    set({ rate: 0.3 });

    expect(strikes(200)).not.toBe(first);
  });

  it.each([
    ['/items', '/items', true],
    ['/items', '/items/7', true],
    ['/items', '/itemsets', false],
    ['/items/', '/items/7', true],
    ['/items/', '/items', false],
    ['/items/7', '/items', false],
    ['/', '/anything', true],
    ['/', '*', true],
    ['/items/café', '/items/caf%C3%A9', true],
    ['/items/caf%C3%A9', '/items/café', true],
    ['/items', '/%69tems/7', true],
    ['/items', '/items%2F7', false],
    ['/items', '/items/%zz', true],
    ['/', '/faults', false],
    ['/', '/health/nothing', false],
  ])('below %s strike %s: %s', (route, path, struck) => {
    set({ route });

    expect(faults.strike(path).length).toBe(struck ? 1 : 0);
  });

  it('strike requests of one method alone where it is given, and spare their count for these', () => {
    set({ method: 'POST', count: 1 });
    const strike = (method: string) => faults.strike('/msg', method).length;

    expect(faults.failsAll).toBe(false);
    expect([strike('GET'), strike('POST'), strike('POST')]).toEqual([0, 1, 0]);
  });

  it('strike in their order, up to the first that answers', () => {
    set(
      { kind: 'latency', latency: 5, count: 1 },
      { kind: 'hang', route: '/items' },
      { kind: 'reset', count: 1 },
      { status: 500 },
    );

    expect(kindsOf('/msg')).toEqual(['latency', 'reset']);
    expect(kindsOf('/items/1')).toEqual(['hang']);
    expect(kindsOf('/msg')).toEqual(['status']);
  });

  it('spend no count on requests that an earlier fault answers', () => {
    set({ status: 500, count: 2 }, { kind: 'reset', count: 1 });

    expect([1, 2, 3, 4].map(() => kindsOf('/msg')[0])).toEqual(['status', 'status', 'reset', undefined]);
  });

  it('wait as long as their latency says, drawn anew for each request within its range', () => {
    set({ latency: '20ms', count: 1 }, { kind: 'latency', latency: { min: 10, max: '1s' } });
    const [fixed, ...drawn] = Array.from({ length: 200 }, () => faults.strike('/msg')[0]?.delay ?? Number.NaN);

    expect(fixed).toBe(20);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...drawn)).toBeLessThan(1000);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(800);
  });

  it('tell what is left of them', () => {
    set({ status: 500, count: 3, duration: '1s' }, { kind: 'hang', route: '/items' });
    faults.strike('/msg');
    clock.skip(400);

    expect(faults.active).toEqual([
      { kind: 'status', status: 500, count: 3, duration: '1s', countLeft: 2, durationLeft: 600 },
      { kind: 'hang', route: '/items' },
    ]);
    clock.skip(600);
    expect(faults.active[0]).toMatchObject({ countLeft: 2, durationLeft: 0 });
  });

  it('are forgotten when they are over', () => {
    set({ count: 1 }, { duration: 10 });
    faults.strike('/msg');
    clock.skip(10);

    expect(faults.active).toEqual([]);
  });

  it.each<[boolean, readonly Fault[]]>([
    [false, []],
    [true, [{ status: 503 }]],
    [true, [{ kind: 'latency', latency: 5 }, { kind: 'reset' }]],
    [false, [{ kind: 'latency', latency: 5 }]],
    [false, [{ rate: 0.99 }]],
    [false, [{ route: '/items' }]],
  ])('fail all requests: %s for %j', (all, given) => {
    set(...given);

    expect(faults.failsAll).toBe(all);
  });

  it('strike exactly as many requests as they count, whatever their mixture', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 10 });
    fc.assert(
      fc.property(counts, (given) => {
        set(...given.map((count) => ({ count })));
        const total = given.reduce((sum, count) => sum + count, 0);
        expect(strikes(total + 5)).toBe(`${'x'.repeat(total)}-----`);
      }),
    );
  });
});

function set(...given: readonly Fault[]): void {
  faults.set(armFaults(given));
}

/** What happens to the next requests: `x` for one that is struck. */
function strikes(requests: number): string {
  return Array.from({ length: requests }, () => (faults.strike('/msg').length > 0 ? 'x' : '-')).join('');
}

function kindsOf(path: string): readonly string[] {
  return faults.strike(path).map(({ fault }) => fault.kind);
}
