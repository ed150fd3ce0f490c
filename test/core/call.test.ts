import { describe, expect, it } from 'vitest';
import {
  Call,
  callBehind,
  detachedCall,
  isNoted,
  linkedCall,
  note,
  RuntimeDisposedError,
  retriedMark,
  TimeoutError,
} from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { counted } from './counted.js';

function world() {
  const origin = { site: 'Service.method', clock: new ManualClock(), lifetime: counted(), closing: counted() };
  return { ...origin, origin, call: new Call(origin, undefined, ['argument']) };
}

describe('a call', () => {
  it('has no deadline of its own, and tells what is left of one that it was given', async () => {
    const { call, clock } = world();
    expect([call.deadline, call.remaining, call.expired]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      false,
    ]);
    call.due = clock.now() + 100;
    await clock.advance(60);
    expect([call.fork().remaining, call.expired]).toEqual([40, false]);
    await clock.advance(60);
    expect([call.remaining, call.expired]).toEqual([0, true]);
  });

  it('ends with all of its parts, and a part ends alone', () => {
    const { call } = world();
    const [one, other] = [call.fork(1), call.fork(2)];
    one.end('lost', true);
    expect([one.ending?.reason, other.ending, call.ending]).toEqual(['lost', undefined, undefined]);
    other.cancel('enough');
    expect([one.ending?.reason, other.ending?.reason, call.ending?.reason]).toEqual(['lost', 'enough', 'enough']);
  });

  it('tells an outer deadline as an inherited one, and the end of the runtime as its own', () => {
    const { call, origin, lifetime } = world();
    const late = new TimeoutError('total', 50, { site: 'Outer.method' });
    const inner = linkedCall({ ...origin, site: 'Inner.method' }, undefined, [], call, false);
    call.end(late, true);
    expect(inner.ending).toMatchObject({
      timedOut: false,
      reason: { scope: 'inherited', site: 'Inner.method', cause: late },
    });
    const other = new Call(origin, undefined, []);
    lifetime.end(new RuntimeDisposedError('the runtime'));
    expect(other.ending?.reason).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED', site: 'Service.method' });
  });

  it('makes its signal when somebody reads it, the same each time, and is found behind it', () => {
    const { call, lifetime } = world();
    expect(lifetime.watchers).toBe(0);
    const { signal } = call;
    expect([call.signal === signal, callBehind(signal) === call, lifetime.watchers]).toEqual([true, true, 1]);
    expect(callBehind(new AbortController().signal)).toBeUndefined();
    call.end('left');
    expect([signal.aborted, signal.reason, lifetime.watchers]).toEqual([true, 'left', 0]);
  });

  it('gives an aborted signal when it has ended already', () => {
    const { call } = world();
    call.end('left');
    expect(call.signal.reason).toBe('left');
  });

  it('leaves its signal alone once it is released, and watches for nothing any more', () => {
    const { call, lifetime } = world();
    const part = call.fork();
    const { signal } = part;
    part.release();
    call.end('left');
    expect([signal.aborted, lifetime.watchers]).toEqual([false, 0]);
  });

  it('gives each part a signal of its own', () => {
    const { call } = world();
    expect(call.fork().signal).not.toBe(call.signal);
  });

  it('marks itself and all that it is a part of as started', () => {
    const { call } = world();
    const [first, second] = [call.fork(1), call.fork(2)];
    first.start();
    expect([first.started, call.started, second.started]).toEqual([true, true, false]);
  });

  it('is told of a halt once, by whichever comes first', () => {
    const { call, closing } = world();
    const told: unknown[] = [];
    call.onHalt(({ reason }) => told.push(reason));
    closing.end(new RuntimeDisposedError('the runtime'));
    call.end('left');
    expect(told).toMatchObject([{ site: 'Service.method' }]);
    expect(call.halt?.reason).toBe('left');
  });

  it('halts when its runtime closes, but has not ended', () => {
    const { call, closing } = world();
    expect(call.halt).toBeUndefined();
    closing.end(new RuntimeDisposedError('the runtime'));
    expect(call.halt?.reason).toMatchObject({ site: 'Service.method' });
    expect(call.ending).toBeUndefined();
  });

  it('detached is under nobody’s deadline, end or repetition', () => {
    const { call, clock } = world();
    call.due = clock.now() + 10;
    note(call, retriedMark, true);
    const flight = detachedCall(call);
    call.end('left');
    expect([flight.deadline, isNoted(flight, retriedMark), flight.ending, flight.args]).toEqual([
      Number.POSITIVE_INFINITY,
      false,
      undefined,
      ['argument'],
    ]);
  });
});
