import { describe, expect, it } from 'vitest';
import { Numbers } from '../../src/core/index.js';

describe('numbers of objects', () => {
  it('count up from 0 in the order of first use, and stay', () => {
    const numbers = new Numbers();
    const [a, b] = [{}, () => 1];
    expect([a, b, a].map((target) => numbers.of(target))).toEqual([0, 1, 0]);
  });

  it('give all that is no object one number, in its turn', () => {
    const numbers = new Numbers();
    expect([{}, undefined, null, 'a', {}].map((target) => numbers.of(target))).toEqual([0, 1, 1, 1, 2]);
    expect(new Numbers().of(undefined)).toBe(0);
  });

  it('are never the same for two who draw from one source', () => {
    const source = { next: 0 };
    const [one, other, target] = [new Numbers(source), new Numbers(source), {}];
    expect([one.of(target), other.of(target), one.of(undefined), other.of(undefined)]).toEqual([0, 1, 2, 3]);
  });
});
