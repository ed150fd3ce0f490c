import { describe, expect, it } from 'vitest';
import { isUsedUp, noteFailure, noteUsedUp, resilienceInfo, timesUsedUp } from '../../src/core/index.js';

/** Two uses of Retry. */
const [inner, outer] = [{}, {}];
const info = { attempts: 3, elapsed: 10, nestedRetries: 0, exhausted: true };

describe('what is known of a failure', () => {
  it('is beside the error, which stays as it was', () => {
    const error = Object.freeze(new Error('frozen'));
    expect(resilienceInfo(error)).toBeUndefined();
    noteFailure(error, info);
    expect(resilienceInfo(error)).toBe(info);
    expect(Object.keys(error)).toEqual([]);
  });

  it.each([undefined, null, 0, 'text', Symbol('s')])('is undefined for %o', (thrown) => {
    noteFailure(thrown, info);
    noteUsedUp(thrown, inner);
    expect(resilienceInfo(thrown)).toBeUndefined();
    expect(isUsedUp(thrown, 0, outer)).toBe(false);
  });
});

describe('retries that are used up', () => {
  it('are known by the error, and by one that it caused', () => {
    const [before, error] = [timesUsedUp(), new Error('first')];
    expect(isUsedUp(error, before, outer)).toBe(false);
    noteUsedUp(error, inner);
    const wrapped = new Error('third', { cause: new Error('second', { cause: error }) });
    expect([
      isUsedUp(error, before, outer),
      isUsedUp(wrapped, before, outer),
      isUsedUp(new Error('other'), before, outer),
    ]).toEqual([true, true, false]);
  });

  it('are those of this attempt only: one error may end many calls', () => {
    const error = new Error('always the same');
    noteUsedUp(error, inner);
    const before = timesUsedUp();
    expect(isUsedUp(error, before, outer)).toBe(false);
    noteUsedUp(error, inner);
    expect(isUsedUp(error, before, outer)).toBe(true);
  });

  // A connection that breaks ends all that it carries with one object: calls of one use took each other's for their own end.
  it('are not those of the use that asks, whichever came last', () => {
    const error = new Error('the connection broke');
    noteUsedUp(error, outer);
    expect(isUsedUp(error, 0, outer)).toBe(false);
    expect(isUsedUp(error, 0, inner)).toBe(true);
    noteUsedUp(error, inner);
    noteUsedUp(error, inner);
    expect([isUsedUp(error, 0, inner), isUsedUp(error, 0, outer)]).toEqual([true, true]);
    const before = timesUsedUp();
    noteUsedUp(error, outer);
    expect([isUsedUp(error, before, inner), isUsedUp(error, before, outer)]).toEqual([true, false]);
  });

  it('are looked for without end in no circle of causes', () => {
    const [one, other] = [new Error('one'), new Error('other')];
    one.cause = other;
    other.cause = one;
    expect(isUsedUp(one, 0, outer)).toBe(false);
  });
});
