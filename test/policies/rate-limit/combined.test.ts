import { describe, expect, it } from 'vitest';
import { Combined } from '../../../src/policies/rate-limit/combined.js';
import { FixedWindow } from '../../../src/policies/rate-limit/fixed-window.js';
import { SlidingWindow } from '../../../src/policies/rate-limit/sliding-window.js';
import { Smooth } from '../../../src/policies/rate-limit/smooth.js';
import { TokenBucket } from '../../../src/policies/rate-limit/token-bucket.js';
import { limitOf, readyBehind } from './kinds.js';

const bucket = () => new TokenBucket(limitOf('token-bucket', 2, 100));
const sliding = () => new SlidingWindow(limitOf('sliding-window', 5, 1000));

describe('several limits at once', () => {
  it('give a permit of each, or none at all', () => {
    const [fast, slow] = [bucket(), sliding()];
    const both = new Combined([fast, slow]);
    expect([both.take(2, 0), both.take(1, 0)]).toEqual([true, false]);
    expect([fast.available(0), slow.available(0), both.available(0)]).toEqual([0, 3, 0]);
    expect([both.take(2, 100), both.take(2, 200), both.take(1, 200)]).toEqual([true, false, true]);
    expect([fast.available(200), slow.available(200)]).toEqual([1, 0]);
  });

  it('have the capacity of the smallest, and what is there of the scarcest', () => {
    const both = new Combined([bucket(), sliding()]);
    expect([both.capacity, both.available(0), both.atRest(0)]).toEqual([2, 2, true]);
    both.take(1, 0);
    expect([both.available(0), both.atRest(0), both.atRest(999), both.atRest(1000)]).toEqual([1, false, false, true]);
  });

  it('are ready when the last of them is', () => {
    const both = new Combined([bucket(), sliding()]);
    both.take(2, 0);
    expect(both.readyAt(1, 0)).toBe(50);
    for (const now of [100, 150, 200]) both.take(1, now);
    expect(both.readyAt(1, 200)).toBe(1000);
  });

  it('go on to look for a moment that suits all where one of them has closed by the time the other is ready', () => {
    class Lunch extends FixedWindow {
      override fits(weight: number, now: number): boolean {
        return (now < 60 || now >= 200) && super.fits(weight, now);
      }

      override readyAt(weight: number, now: number): number {
        return now >= 60 && now < 200 ? 200 : super.readyAt(weight, now);
      }

      override copy(): Lunch {
        return new Lunch(limitOf('fixed-window', 9, 1000));
      }
    }
    const full = new TokenBucket(limitOf('token-bucket', 1, 100));
    full.take(1, 0);
    expect(new Combined([full, new Lunch(limitOf('fixed-window', 9, 1000))]).readyAt(1, 0)).toBe(200);
  });

  it('foresee the turn of each who waits: the scarcer now is not the scarcer later', () => {
    const both = new Combined([bucket(), sliding()]);
    both.take(2, 0);
    const turns = [[], [1], [1, 1], [1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1, 1]].map((line) =>
      readyBehind(both, 1, 0, line),
    );
    expect(turns).toEqual([50, 100, 150, 1000, 1000, 1050]);
  });

  it('start all their grids with the first use, also with one that must wait', () => {
    const both = new Combined([new Smooth(limitOf('smooth', 4, 100)), new Smooth(limitOf('smooth', 3, 300))]);
    expect(both.readyAt(3, 0)).toBe(200);
    expect([both.take(3, 0), both.take(3, 199), both.readyAt(3, 199), both.take(3, 200)]).toEqual([
      false,
      false,
      200,
      true,
    ]);
  });

  it('give each back what was not used', () => {
    const [fast, slow] = [bucket(), sliding()];
    const both = new Combined([fast, slow]);
    both.take(2, 0);
    const [spent, back] = [both.hold(1, 0), both.hold(1, 0)];
    spent.spend();
    back.giveBack(0);
    expect([fast.available(0), slow.available(0)]).toEqual([1, 4]);
  });

  it('lose what is taken away from each of them', () => {
    const [fast, window] = [bucket(), new FixedWindow(limitOf('fixed-window', 4, 1000))];
    new Combined([fast, window]).keep(1, 0);
    expect([fast.available(0), window.available(0)]).toEqual([1, 1]);
  });
});
