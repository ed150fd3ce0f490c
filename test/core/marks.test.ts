import { describe, expect, it } from 'vitest';
import { isPermanent, isTransient, markPermanent, markTransient } from '../../src/core/index.js';

describe('a mark on an error', () => {
  it('is one of two, the last one counts, and the error is given back as it was', () => {
    const error = Object.freeze(new Error('frozen'));
    expect([isPermanent(error), isTransient(error)]).toEqual([false, false]);
    expect(markPermanent(error)).toBe(error);
    expect([isPermanent(error), isTransient(error)]).toEqual([true, false]);
    expect(markTransient(error)).toBe(error);
    expect([isPermanent(error), isTransient(error)]).toEqual([false, true]);
    expect(Object.keys(error)).toEqual([]);
  });

  it('can be on functions and objects, and is lost on what is neither', () => {
    const [object, run] = [{}, () => 1];
    for (const thrown of [object, run, 'text', 5, null, undefined]) expect(markPermanent(thrown)).toBe(thrown);
    expect([object, run, 'text', 5, null, undefined].map(isPermanent)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
