import { describe, expect, it } from 'vitest';
import {
  isPermanent,
  isTransient,
  isUnrepeatable,
  markPermanent,
  markTransient,
  markUnrepeatable,
} from '../../src/core/index.js';

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

describe('an error that is unrepeatable', () => {
  it('stays what it is for circuits, and makes unrepeatable whatever it caused', () => {
    const error = markTransient(new Error('sent'));
    const wrapped = new Error('payment failed', { cause: new Error('in between', { cause: error }) });
    expect(isUnrepeatable(wrapped)).toBe(false);
    expect(markUnrepeatable(error)).toBe(error);

    expect([isUnrepeatable(error), isUnrepeatable(wrapped), isTransient(error)]).toEqual([true, true, true]);
  });

  it('may be its own cause, or nothing that can be marked', () => {
    const circle = new Error('circle');
    circle.cause = circle;

    expect([circle, 'text', null, undefined].map(isUnrepeatable)).toEqual([false, false, false, false]);
    expect(markUnrepeatable('text')).toBe('text');
  });
});
