import { describe, expect, it, vi } from 'vitest';
import { Call } from '../../src/core/index.js';
import { ManualClock, settle, watch } from '../../src/testing/index.js';
import { counted } from './counted.js';

const day = 86_400_000;

/** A call whose world can be ended, with the number of those who watch for that. */
function waiting() {
  const [closing, lifetime] = [counted(), counted()];
  const clock = new ManualClock();
  const call = new Call({ site: 'Service.method', clock, closing, lifetime }, undefined, []);
  return { clock, closing, lifetime, call };
}

describe('a wait', () => {
  it('is over when its time has come, and not before', async () => {
    const clock = new ManualClock();
    const seen = watch(clock.sleep(100));
    await clock.advance(99);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.state).toBe('resolved');
    expect(clock.pending).toBe(0);
  });

  it.each([0, -1, Number.NaN])('of %d ms is over at once, without an alarm', async (duration) => {
    const clock = new ManualClock();
    await clock.sleep(duration);
    expect(clock.pending).toBe(0);
  });

  it('may be longer than any timer of the host', async () => {
    const clock = new ManualClock();
    const seen = watch(clock.sleep(60 * day));
    await clock.advance(60 * day - 1);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.state).toBe('resolved');
  });

  it('is cut short in the tick in which its call ends, and leaves no alarm', async () => {
    const { clock, call } = waiting();
    const seen = watch(clock.sleep(100, call));
    call.end('left');
    expect(clock.pending).toBe(0);
    await settle();
    expect(seen).toEqual({ state: 'rejected', error: 'left' });
  });

  it('is cut short when the runtime closes, with an error about this call', async () => {
    const { clock, call, closing } = waiting();
    const seen = watch(clock.sleep(100, call));
    closing.end('closing');
    await settle();
    expect([seen.error, clock.pending]).toEqual(['closing', 0]);
  });

  it('does not start for a call that has ended', async () => {
    const { clock, call } = waiting();
    call.end('left');
    await expect(clock.sleep(100, call)).rejects.toBe('left');
    expect(clock.pending).toBe(0);
  });

  // A wait that its caller's leaving cut short went on watching for the end of the runtime:
  // each such call was kept in memory until the runtime was disposed.
  it.each([
    ['its time has come', ({ clock }: ReturnType<typeof waiting>) => clock.advance(100)],
    ['its call ended', async ({ call }: ReturnType<typeof waiting>) => call.end('left')],
    ['the runtime is closing', async ({ closing }: ReturnType<typeof waiting>) => closing.end('closing')],
  ])('watches for nothing any more once %s', async (_what, end) => {
    const world = waiting();
    const seen = watch(world.clock.sleep(100, world.call));
    expect([world.closing.watchers, world.lifetime.watchers]).toEqual([1, 1]);
    await end(world);
    await settle();
    expect(seen.state).not.toBe('pending');
    expect([world.closing.watchers, world.lifetime.watchers]).toEqual([0, 0]);
  });
});

describe('something that is due later', () => {
  it('happens once', async () => {
    const clock = new ManualClock();
    const due = vi.fn();
    clock.later(50, due);
    await clock.advance(49);
    expect(due).not.toHaveBeenCalled();
    await clock.advance(1000);
    expect(due).toHaveBeenCalledTimes(1);
  });

  it('does not happen when it was taken back', async () => {
    const clock = new ManualClock();
    const due = vi.fn();
    clock.later(50, due)();
    await clock.advance(1000);
    expect(due).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});

describe('a manual clock', () => {
  it('moves both times together, and the wall clock alone', async () => {
    const clock = new ManualClock(5);
    const wall = clock.wallNow();
    await clock.advance(10);
    clock.skip(5);
    clock.adjustWall(-1000);
    expect([clock.now(), clock.wallNow() - wall, clock.coarse()]).toEqual([20, -985, 20]);
  });

  it('rings on the way, at the time of each', async () => {
    const clock = new ManualClock(0);
    const times: number[] = [];
    for (const at of [30, 10, 20]) clock.later(at, () => times.push(clock.now()));
    await clock.advance(100);
    expect(times).toEqual([10, 20, 30]);
  });
});
