import { describe, expect, it } from 'vitest';
import {
  InvalidOptionsError,
  isRejected,
  isResilienceError,
  nameError,
  RejectedError,
  ResilienceError,
  RuntimeDisposedError,
  TimeoutError,
} from '../../src/core/index.js';

type Errors = typeof import('../../src/core/errors.js');

/** The module once more, as in a second copy of the package. */
const secondCopy = '../../src/core/errors.js?second-copy';
const copy = (await import(/* @vite-ignore */ secondCopy)) as Errors;

class DoorClosedError extends RejectedError {
  static override readonly family: string = 'DoorClosedError';
  readonly code = 'HOLDFAST_BULKHEAD_FULL';

  constructor(retryAfter?: number, cause?: unknown) {
    super('Door.open was not called: the door is closed', { site: 'Door.open', policy: 'door', retryAfter, cause });
  }

  static {
    nameError(DoorClosedError);
  }
}

describe('an error of ours', () => {
  it('says what, where and why, in fields and in a sentence', () => {
    const cause = new Error('cause');
    expect(new TimeoutError('attempt', 500, { site: 'Service.method', cause })).toMatchObject({
      name: 'TimeoutError',
      message: 'Service.method ran out of time: the attempt took longer than 500 ms',
      code: 'HOLDFAST_TIMEOUT',
      site: 'Service.method',
      policy: 'timeout',
      scope: 'attempt',
      after: 500,
      cause,
    });
    expect(new RuntimeDisposedError('Service.method')).toMatchObject({
      name: 'RuntimeDisposedError',
      message: 'Service.method was not completed: its runtime has been disposed',
      code: 'HOLDFAST_RUNTIME_DISPOSED',
      policy: 'runtime',
    });
    expect(new DoorClosedError(250)).toMatchObject({ name: 'DoorClosedError', retryAfter: 250, site: 'Door.open' });
  });

  it.each([
    ['total', 'Service.method ran out of time: the call took longer than 500 ms'],
    ['attempt', 'Service.method ran out of time: the attempt took longer than 500 ms'],
    ['inherited', 'Service.method ran out of time: the call around it has reached its deadline'],
  ] as const)('tells whose patience ran out: %s', (scope, message) => {
    expect(new TimeoutError(scope, 500, { site: 'Service.method' }).message).toBe(message);
  });

  it('has a cause only where there is one', () => {
    expect('cause' in new DoorClosedError()).toBe(false);
    expect(new DoorClosedError(undefined, 'why').cause).toBe('why');
  });

  it('shows no more than it should when it is listed', () => {
    expect(Object.keys(new DoorClosedError(1))).toEqual(['site', 'policy', 'retryAfter', 'code']);
  });
});

describe('a refusal', () => {
  it('carries no stack, and leaves the stacks of others alone', () => {
    const limit = Error.stackTraceLimit;
    const { stack } = new DoorClosedError();
    expect(stack).toBe('DoorClosedError: Door.open was not called: the door is closed');
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new TimeoutError('total', 1, { site: 'x' }).stack).toContain('errors.test');
  });
});

describe('instanceof', () => {
  const family = [
    ResilienceError,
    RejectedError,
    TimeoutError,
    RuntimeDisposedError,
    InvalidOptionsError,
    DoorClosedError,
  ];
  const namesOf = (error: unknown, types: readonly { readonly name: string }[]) =>
    types.filter((type) => error instanceof (type as unknown as typeof Error)).map(({ name }) => name);

  it.each([
    [new DoorClosedError(), ['ResilienceError', 'RejectedError', 'DoorClosedError']],
    [new TimeoutError('total', 1, { site: 'x' }), ['ResilienceError', 'TimeoutError']],
    [new RuntimeDisposedError('x'), ['ResilienceError', 'RuntimeDisposedError']],
    [new InvalidOptionsError({ decorator: '@X', rule: 'is wrong' }), ['ResilienceError', 'InvalidOptionsError']],
    [new Error('other'), []],
    [new DOMException('timed out', 'TimeoutError'), []],
    [{ name: 'TimeoutError', code: 'HOLDFAST_TIMEOUT' }, []],
    ['text', []],
    [null, []],
    [undefined, []],
  ])('knows the family of %s', (error, names) => {
    expect(namesOf(error, family)).toEqual(names);
    expect([isResilienceError(error), isRejected(error)]).toEqual([
      names.length > 0,
      (names as readonly string[]).includes('RejectedError'),
    ]);
  });

  it('knows errors of another copy of the package, in both directions', () => {
    expect(copy.TimeoutError).not.toBe(TimeoutError);
    const theirs = new copy.TimeoutError('total', 1, { site: 'x' });
    expect(theirs instanceof TimeoutError).toBe(true);
    expect(theirs instanceof ResilienceError).toBe(true);
    expect(theirs instanceof RejectedError).toBe(false);
    expect(new DoorClosedError() instanceof copy.RejectedError).toBe(true);
    expect(copy.isRejected(new DoorClosedError())).toBe(true);
    expect(copy.isResilienceError(new Error('other'))).toBe(false);
  });

  it('tells apart classes of users that have no name of their own in the family', () => {
    class Mine extends DoorClosedError {}
    class Other extends DoorClosedError {}
    expect(new Mine() instanceof DoorClosedError).toBe(true);
    expect(new Mine() instanceof Other).toBe(false);
    expect(new DoorClosedError() instanceof Mine).toBe(false);
  });
});
