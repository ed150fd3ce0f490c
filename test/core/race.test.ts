import { describe, expect, it, vi } from 'vitest';
import { Call, endable, Lifetime, untilEnded } from '../../src/core/index.js';
import { ManualClock, settle, watch } from '../../src/testing/index.js';
import { counted } from './counted.js';

function world(interruptible = true) {
  const lifetime = counted();
  const call = new Call(
    { site: 'Service.method', clock: new ManualClock(), lifetime, closing: new Lifetime() },
    undefined,
    [],
  );
  call.interruptible = interruptible;
  return { call, lifetime };
}

describe('an outcome that its call may end before', () => {
  it.each([
    ['a value', () => Promise.resolve('value'), { state: 'resolved', value: 'value' }],
    ['an error', () => Promise.reject('error'), { state: 'rejected', error: 'error' }],
  ])('is %s where nobody ends the call, and nobody is watched afterwards', async (_what, outcome, expected) => {
    const { call, lifetime } = world();
    const seen = watch(untilEnded(call, outcome()));
    expect(lifetime.watchers).toBe(1);
    await settle();
    expect([seen, lifetime.watchers]).toEqual([expected, 0]);
  });

  it('is the reason of the end, whatever comes later, which is nobody’s', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { call } = world();
    let fail: (error: unknown) => void = () => {};
    const seen = watch(untilEnded(call, new Promise((_, reject) => (fail = reject))));
    call.end('left');
    await settle();
    fail(new Error('late'));
    await settle();
    process.off('unhandledRejection', unhandled);
    expect(seen).toEqual({ state: 'rejected', error: 'left' });
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('is the reason where the call has ended already', async () => {
    const { call } = world();
    call.end('left');
    await expect(untilEnded(call, Promise.reject(new Error('late')))).rejects.toBe('left');
  });
});

describe('an endable step', () => {
  it('does not go further for a call that has ended', async () => {
    const { call } = world();
    const next = vi.fn(async () => 'value');
    call.end('left');
    await expect(endable(next)(call)).rejects.toBe('left');
    expect(next).not.toHaveBeenCalled();
  });

  it('hands the promise itself on where nobody can end the call', () => {
    const { call, lifetime } = world(false);
    const outcome = Promise.resolve(1);
    expect(endable(() => outcome)(call)).toBe(outcome);
    expect(lifetime.watchers).toBe(0);
  });

  it('notices that somebody took hold of the call while it started', async () => {
    const { call } = world(false);
    const seen = watch(
      endable((call) => {
        call.interruptible = true;
        return new Promise(() => {});
      })(call),
    );
    call.end('cancelled');
    await settle();
    expect(seen.error).toBe('cancelled');
  });
});
