import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount, TimeBuckets } from '../../src/core/index.js';

/** Counts two sorts of things. */
class Tallies extends TimeBuckets {
  readonly sums: [number, number] = [0, 0];

  constructor(duration: number, now: number) {
    super(duration, 2, now);
  }

  add(field: 0 | 1, now: number): void {
    this.forward(now);
    this.sums[field] += this.count(field);
  }

  protected override drop([first = 0, second = 0]: Uint32Array): void {
    this.sums[0] -= first;
    this.sums[1] -= second;
  }
}

const step = fc.record({ after: fc.integer({ min: 0, max: 300 }), field: fc.constantFrom<0 | 1>(0, 1) });

describe('buckets of time', () => {
  it('hold exactly what came in the present one and the nine before it, whatever happens', () => {
    const run = (width: number, steps: readonly { readonly after: number; readonly field: 0 | 1 }[]) => {
      const start = 500;
      const tallies = new Tallies(width * bucketCount, start);
      const known: { readonly field: 0 | 1; readonly bucket: number }[] = [];
      let now = start;
      for (const { after, field } of steps) {
        now += after;
        const bucket = Math.floor((now - start) / width);
        known.push({ field, bucket });
        tallies.add(field, now);
        const held = known.filter((entry) => bucket - entry.bucket < bucketCount);
        const [first, second] = ([0, 1] as const).map((which) => held.filter((entry) => entry.field === which).length);
        expect([tallies.present, ...tallies.sums]).toEqual([bucket, first, second]);
      }
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 60 }), run));
  });

  it('let go of all that they hold after a year, at once', () => {
    const tallies = new Tallies(1000, 0);
    for (let now = 0; now < 1000; now += 10) tallies.add(now % 20 === 0 ? 0 : 1, now);
    expect(tallies.sums).toEqual([50, 50]);
    tallies.forward(365 * 86_400_000);
    expect(tallies.sums).toEqual([0, 0]);
  });

  it('count what comes with an older time in the present one', () => {
    const tallies = new Tallies(1000, 0);
    tallies.add(0, 500);
    tallies.add(0, 400);
    tallies.forward(1399);
    expect(tallies.sums).toEqual([2, 0]);
    tallies.forward(1500);
    expect(tallies.sums).toEqual([0, 0]);
  });
});
