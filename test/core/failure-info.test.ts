import { describe, expect, it } from 'vitest';
import { isUsedUp, noteFailure, noteUsedUp, resilienceInfo, timesUsedUp } from '../../src/core/index.js';

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
    noteUsedUp(thrown);
    expect(resilienceInfo(thrown)).toBeUndefined();
    expect(isUsedUp(thrown, 0)).toBe(false);
  });
});

describe('retries that are used up', () => {
  it('are known by the error, and by one that it caused', () => {
    const [before, error] = [timesUsedUp(), new Error('first')];
    expect(isUsedUp(error, before)).toBe(false);
    noteUsedUp(error);
    const wrapped = new Error('third', { cause: new Error('second', { cause: error }) });
    expect([isUsedUp(error, before), isUsedUp(wrapped, before), isUsedUp(new Error('other'), before)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('are those of this attempt only: one error may end many calls', () => {
    const error = new Error('always the same');
    noteUsedUp(error);
    const before = timesUsedUp();
    expect(isUsedUp(error, before)).toBe(false);
    noteUsedUp(error);
    expect(isUsedUp(error, before)).toBe(true);
  });

  it('are looked for without end in no circle of causes', () => {
    const [one, other] = [new Error('one'), new Error('other')];
    one.cause = other;
    other.cause = one;
    expect(isUsedUp(one, 0)).toBe(false);
  });
});
