import { protect, Runtime } from 'holdfast';
import { type ChaosClockOptions, type ClockChaos, chaosClock, flaky, ManualClock, watch } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/core/index.js';

/** A chaos clock around a manual one that starts at 0. */
function subject(chaos: ClockChaos, options: Omit<ChaosClockOptions, 'clock' | 'chaos'> = {}) {
  const clock = new ManualClock({ now: 0, wall: 0 });
  return { clock, chaos: chaosClock({ clock, chaos, ...options }) };
}

/** When alarms due at these times ring. */
async function ringsOf(chaos: ClockChaos, due: readonly number[], seed = 1): Promise<readonly [number, number][]> {
  const { clock, chaos: late } = subject(chaos, { seed });
  const rung: [number, number][] = [];
  for (const at of due) late.later(at, () => rung.push([at, clock.now()]));
  await clock.advance('1h');
  return rung;
}

/** How far the wall clock is off, looked at every `step` milliseconds. */
function wallOf(given: ClockChaos, looks: number, step: number, seed = 1): number[] {
  const { clock, chaos } = subject(given, { seed });
  return Array.from({ length: looks }, () => {
    clock.skip(step);
    return chaos.wallNow() - clock.wallNow();
  });
}

describe('chaosClock()', () => {
  it('is as its clock is, as long as there is no chaos', async () => {
    const { clock, chaos } = subject({});
    const slept = watch(chaos.sleep(100));

    await clock.advance(99);
    expect([chaos.now(), chaos.coarse(), chaos.wallNow(), slept.state]).toEqual([99, 99, 99, 'pending']);
    await clock.advance(1);
    expect([chaos.now(), slept.state]).toEqual([100, 'resolved']);
    expect(chaos.counts).toEqual({ jumps: 0, late: 0, latest: 0 });
  });

  it('lets the wall clock jump, ahead and behind within bounds, as often as told', () => {
    const off = wallOf({ jumpEvery: '1s', ahead: '1h', behind: '2h' }, 600, 500);
    const jumps = off.filter((value, index) => value !== (off[index - 1] ?? 0)).length;

    expect(off[0]).toBe(0);
    expect(jumps).toBe(300);
    expect(Math.min(...off)).toBeGreaterThanOrEqual(-7_200_000);
    expect(Math.min(...off)).toBeLessThan(-6_500_000);
    expect(Math.max(...off)).toBeLessThanOrEqual(3_600_000);
    expect(Math.max(...off)).toBeGreaterThan(3_000_000);
  });

  it('shows the same wrong time at the same time for the same seed, however often anybody looks', () => {
    const given = { jumpEvery: '1s' } as const;
    const often = wallOf(given, 100, 1000, 5);

    expect(wallOf(given, 100, 1000, 5)).toEqual(often);
    expect(wallOf(given, 1, 100_000, 5)).toEqual([often.at(-1)]);
    expect(wallOf(given, 100, 1000, 6)).not.toEqual(often);
  });

  it.each([
    ['ahead', { behind: 0 }, (off: number) => off >= 0],
    ['behind', { ahead: 0 }, (off: number) => off <= 0],
  ])('jumps only %s where it may not go the other way', (_where, bounds, isRight) => {
    const off = wallOf({ jumpEvery: '1s', ...bounds }, 200, 1000);
    expect(off.every(isRight)).toBe(true);
    expect(new Set(off).size).toBeGreaterThan(150);
  });

  it.each([
    [0.001, 3600],
    [-0.5, -1_800_000],
  ])('lets the wall clock drift by a share of %d', (drift, off) => {
    expect(wallOf({ drift }, 1, 3_600_000)).toEqual([off]);
  });

  it('never lets monotonic time go back, nor an alarm be lost or early', async () => {
    const { clock, chaos } = subject({ jumpEvery: 7, ahead: '10d', behind: '10d', latency: [0, 30], drift: -0.9 });
    const rung: number[] = [];
    const times: number[] = [];
    for (let due = 1; due <= 500; due++) chaos.later(due, () => rung.push(chaos.now() - due));
    for (let step = 0; step < 600; step++) {
      times.push(chaos.now());
      chaos.wallNow();
      await clock.advance(1);
    }

    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(rung).toHaveLength(500);
    expect(Math.min(...rung)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...rung)).toBeLessThanOrEqual(30);
    expect(Math.max(...rung)).toBeGreaterThan(20);
    expect(chaos.counts.jumps).toBe(85);
  });

  it('rings as late as told, in order', async () => {
    expect(await ringsOf({ latency: '50ms' }, [10, 20, 200])).toEqual([
      [10, 60],
      [20, 60],
      [200, 250],
    ]);
  });

  it('is late by chance within a range, the same for the same seed', async () => {
    const due = Array.from({ length: 200 }, (_, index) => (index + 1) * 1000);
    const rung = await ringsOf({ latency: ['10ms', '500ms'] }, due);
    const late = rung.map(([at, when]) => when - at);

    expect(Math.min(...late)).toBeGreaterThanOrEqual(10);
    expect(Math.min(...late)).toBeLessThan(50);
    expect(Math.max(...late)).toBeLessThanOrEqual(500);
    expect(Math.max(...late)).toBeGreaterThan(450);
    expect(await ringsOf({ latency: ['10ms', '500ms'] }, due)).toEqual(rung);
    expect(await ringsOf({ latency: ['10ms', '500ms'] }, due, 2)).not.toEqual(rung);
  });

  it('rings together what falls between two multiples', async () => {
    expect(await ringsOf({ coalesce: '100ms' }, [10, 99, 100, 101, 350])).toEqual([
      [10, 100],
      [99, 100],
      [100, 100],
      [101, 200],
      [350, 400],
    ]);
  });

  it('does not ring what was taken back before it was late', async () => {
    const { clock, chaos } = subject({ latency: 50 });
    const rung: number[] = [];
    const takeBack = chaos.later(10, () => rung.push(10));
    chaos.later(15, () => rung.push(15));
    await clock.advance(20);
    takeBack();

    await clock.advance(100);
    expect(rung).toEqual([15]);
    expect(chaos.pending).toBe(0);
  });

  it('changes on command, and is well again given nothing: what is late already rings in time for that', async () => {
    const { clock, chaos } = subject({});
    expect(chaos.chaos).toEqual({});
    const given = { latency: '1h', jumpEvery: '1s', drift: 1 } as const;
    chaos.chaos = given;
    const slept = watch(chaos.sleep(100));
    await clock.advance('2s');
    expect([chaos.chaos, slept.state]).toEqual([given, 'pending']);
    expect(chaos.wallNow()).not.toBe(clock.wallNow());

    chaos.chaos = {};
    expect(chaos.wallNow()).toBe(clock.wallNow());
    await clock.advance(0);
    expect(slept.state).toBe('resolved');
    expect(chaos.counts).toEqual({ jumps: 2, late: 0, latest: 0 });
  });

  it('begins anew with each command: what drifted or jumped before is over', () => {
    const { clock, chaos } = subject({ drift: 0.5 });
    clock.skip(1000);
    expect(chaos.wallNow()).toBe(1500);
    chaos.chaos = { drift: 1 };
    clock.skip(1000);
    expect(chaos.wallNow()).toBe(3000);
    chaos.chaos = { jumpEvery: '10s' };
    clock.skip(9999);
    expect(chaos.wallNow()).toBe(clock.wallNow());
  });

  it('counts what it did', async () => {
    const { clock, chaos } = subject({ latency: 40 });
    await Promise.all([clock.advance(1000), chaos.sleep(10), chaos.sleep(500)]);

    expect(chaos.counts).toEqual({ jumps: 0, late: 2, latest: 40 });
  });

  it('keeps the process alive exactly as long as an alarm does that', () => {
    const held: boolean[] = [];
    const system = new (class extends SystemClock {
      override wakeAt(): void {}
      override hold(alive: boolean): void {
        held.push(alive);
      }
    })();
    const chaos = chaosClock({ clock: system });
    const takeBack = chaos.later(1e6, () => undefined);
    expect(held).toEqual([]);
    void chaos.sleep(2e6);
    expect(held).toEqual([true]);
    takeBack();
    expect(held).toEqual([true]);
  });

  it('serves a runtime, whose waits are late and no shorter', async () => {
    const { clock, chaos } = subject({ latency: ['5ms', '20ms'], jumpEvery: '1s' }, { seed: 3 });
    const runtime = new Runtime({ clock: chaos });
    const method = flaky.failing(4, 'paid', { clock });
    const retry = { maxAttempts: 5, delay: '1s', backoff: 'constant', jitter: 'none' } as const;
    const call = protect(method, { retry }, { runtime });

    await expect(clock.runUntil(call())).resolves.toBe('paid');
    const waits = method.log.slice(1).map(({ startedAt }, index) => startedAt - method.log[index]!.startedAt);
    expect(waits.every((wait) => wait >= 1005 && wait <= 1020)).toBe(true);
    expect(chaos.counts.late).toBe(4);
  });

  it.each([
    [{ chaos: { latency: -1 } }, /^chaosClock\(\): latency must be a duration .* or a range \[min, max\], but got -1$/],
    [{ chaos: { latency: ['2s', '1s'] } }, /^chaosClock\(\): latency must be a duration/],
    [{ chaos: { latency: ['2s'] } }, /^chaosClock\(\): latency must be a duration/],
    [{ chaos: { latency: Number.POSITIVE_INFINITY } }, /^chaosClock\(\): latency must be a duration/],
    [{ chaos: { jumpEvery: 0 } }, /^chaosClock\(\): jumpEvery must be a duration of at least 1 ms/],
    [{ chaos: { ahead: '1h' } }, 'chaosClock(): ahead makes no sense without jumpEvery'],
    [{ chaos: { behind: 0, drift: 0.1 } }, 'chaosClock(): behind makes no sense without jumpEvery'],
    [{ chaos: { drift: -1 } }, 'chaosClock(): drift must be a number above -1, but got -1'],
    [{ chaos: { coalesce: '1' } }, /^chaosClock\(\): coalesce must be a duration/],
    [{ chaos: { jumps: 1 } }, /^chaosClock\(\): jumps is no option; it takes jumpEvery, ahead, behind, drift, latency/],
    [{ chaos: 'much' }, "chaosClock(): chaos must be an object of options, but got 'much'"],
    [{ seed: -1 }, /^chaosClock\(\): seed must be a whole number/],
    [{ clock: {} }, 'chaosClock(): clock must be a Clock, but got {}'],
  ])('refuses %j', (options, message) => {
    expect(() => chaosClock(options as never)).toThrow(message);
  });

  it('stays as it was when it is told wrongly', () => {
    const { chaos } = subject({ latency: 5 });
    expect(() => {
      chaos.chaos = { latency: -1 };
    }).toThrow(/latency/);
    expect(chaos.chaos).toEqual({ latency: 5 });
  });
});
