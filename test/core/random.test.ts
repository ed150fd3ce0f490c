import { describe, expect, it } from 'vitest';
import { seededRandom, systemRandom } from '../../src/core/index.js';
import { sequence } from '../../src/testing/index.js';

const draw = (random: { next(): number }, times: number) => Array.from({ length: times }, () => random.next());

describe('chance', () => {
  it('from a seed is the same each time, and another from another seed', () => {
    expect(draw(seededRandom(7), 20)).toEqual(draw(seededRandom(7), 20));
    expect(draw(seededRandom(7), 20)).not.toEqual(draw(seededRandom(8), 20));
  });

  it.each([[Number.NaN], [1.5], ['7']])('from no whole number, such as %j, is an error', (seed) => {
    expect(() => seededRandom(seed as number)).toThrow(/^seededRandom\(\): seed must be a whole number, but got /);
  });

  it.each([
    ['from a seed', seededRandom(1)],
    ['of the engine', systemRandom],
  ])('%s is spread evenly over [0, 1)', (_what, random) => {
    const drawn = draw(random, 20_000);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = drawn.filter((number) => Math.floor(number * 10) === tenth).length / drawn.length;
      expect(share).toBeGreaterThan(0.085);
      expect(share).toBeLessThan(0.115);
    }
  });

  it('of a test goes round', () => {
    expect(draw(sequence(0.1, 0.9), 5)).toEqual([0.1, 0.9, 0.1, 0.9, 0.1]);
  });
});
