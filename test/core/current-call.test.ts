import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Call,
  currentCall,
  enterCall,
  keepContext,
  Lifetime,
  runAnywhere,
  runOutside,
  surroundingCall,
} from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

const origin = { site: 'Service.method', clock: new ManualClock(), lifetime: new Lifetime(), closing: new Lifetime() };
const make = () => new Call(origin, undefined, []);

afterEach(() => void enterCall(undefined));

describe('the current call', () => {
  it('is the one that was entered, until the one before is put back', () => {
    const [outer, inner] = [make(), make()];
    expect(currentCall()).toBeUndefined();
    expect(enterCall(outer)).toBeUndefined();
    expect(enterCall(inner)).toBe(outer);
    expect(currentCall()).toBe(inner);
    enterCall(outer);
    expect(currentCall()).toBe(outer);
  });

  it('can be ended from outside with all that it is a part of, once somebody has taken hold of it', () => {
    const call = make();
    const part = call.fork().fork();
    enterCall(part);
    expect(surroundingCall()).toBe(part);
    expect([part.interruptible, call.interruptible]).toEqual([false, false]);
    currentCall();
    expect([part.interruptible, call.interruptible]).toEqual([true, true]);
  });

  it('is found after an await where it was run anywhere, and the nearer one first', async () => {
    const [call, nearer] = [make(), make()];
    await runAnywhere(call, async () => {
      await null;
      expect(currentCall()).toBe(call);
      enterCall(nearer);
      expect(currentCall()).toBe(nearer);
    });
    enterCall(undefined);
    expect(currentCall()).toBeUndefined();
  });

  it('is none outside, where nothing of the caller’s async context is seen either', () => {
    const storage = new AsyncLocalStorage<string>();
    const call = make();
    enterCall(call);
    const seen = storage.run('request', () => runOutside(() => [currentCall(), storage.getStore()]));
    expect(seen).toEqual([undefined, undefined]);
    expect(currentCall()).toBe(call);
    expect(() =>
      runOutside(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(currentCall()).toBe(call);
  });
});

describe('a context that is kept', () => {
  it('is that of whoever kept it, whoever runs something in it', () => {
    const storage = new AsyncLocalStorage<string>();
    const asCaller = storage.run('caller', keepContext);
    expect(storage.run('other', () => asCaller(() => storage.getStore()))).toBe('caller');
    expect(storage.run('other', () => asCaller(() => 42))).toBe(42);
  });
});
