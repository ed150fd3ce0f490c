import { describe, expect, it } from 'vitest';
import {
  Call,
  calleeJudge,
  InvalidOptionsError,
  Lifetime,
  nameError,
  RejectedError,
  RuntimeDisposedError,
  TimeoutError,
} from '../../src/core/index.js';
import { Boom, ManualClock } from '../../src/testing/index.js';

class NoRoom extends RejectedError {
  static override readonly family: string = 'NoRoom';
  readonly code = 'HOLDFAST_BULKHEAD_FULL';

  constructor() {
    super('Service.method was not called: no room', { site: 'Service.method', policy: 'room' });
  }

  static {
    nameError(NoRoom);
  }
}

const origin = { site: 'Service.method', clock: new ManualClock(), lifetime: new Lifetime(), closing: new Lifetime() };
const attempt = new TimeoutError('attempt', 1, { site: 'Service.method' });
const total = new TimeoutError('total', 1, { site: 'Service.method' });
const inherited = new TimeoutError('inherited', 1, { site: 'Service.method' });
const invalid = new InvalidOptionsError({ decorator: '@Own', rule: 'is wrong' });

const blameless = () => expect.unreachable();

describe('what an error tells about the callee', () => {
  it.each([
    ['an error of the method', new Boom('x'), { started: true }, 'failure'],
    ['a refusal before the method was reached', new NoRoom(), { started: false }, 'neutral'],
    ['a refusal that the method itself met', new NoRoom(), { started: true }, 'failure'],
    ['a timeout while the call was queued', attempt, { started: false }, 'neutral'],
    ['a timeout of the attempt', attempt, { started: true }, 'failure'],
    [
      'our own total timeout during the attempt',
      total,
      { started: true, ending: { reason: total, timedOut: true } },
      'failure',
    ],
    [
      'our own total timeout in a queue',
      total,
      { started: false, ending: { reason: total, timedOut: true } },
      'neutral',
    ],
    ['an inherited deadline', inherited, { started: true }, 'neutral'],
    ['an end from outside', new Boom('x'), { started: true, ending: { reason: 'left', timedOut: false } }, 'neutral'],
    ['the disposal of the runtime', new RuntimeDisposedError('Service.method'), { started: true }, 'neutral'],
    ['a wrong option that shows in a call', invalid, { started: true }, 'neutral'],
  ] as const)('is judged: %s', (_what, error, { started, ...more }, verdict) => {
    const call = new Call(origin, undefined, []);
    if (started) call.start();
    if ('ending' in more) call.end(more.ending.reason, more.ending.timedOut);
    expect(calleeJudge({}, blameless)(error, call)).toBe(verdict);
  });

  it('is what it is of any error, where refusals count', () => {
    const call = new Call(origin, undefined, []);
    expect(calleeJudge({ countRejections: true }, blameless)(new NoRoom(), call)).toBe('failure');
    expect(calleeJudge({ countRejections: true, on: Boom }, blameless)(new NoRoom(), call)).toBe('success');
  });

  it('is a failure where a predicate throws, and that is told', () => {
    const call = new Call(origin, undefined, []);
    const fault = new Error('broken except');
    const blamed: unknown[] = [];
    const except = () => {
      throw fault;
    };
    const judge = calleeJudge({ except }, (...told) => blamed.push(told));
    expect(judge(new Boom('x'), call)).toBe('failure');
    expect(blamed).toEqual([[fault, call]]);
  });
});
