import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPermanent, isTransient, markPermanent, markTransient } from '../../../src/core/index.js';
import { Boom, protectForTest } from '../../../src/testing/index.js';

/** What a call comes to whose chaos has this error. */
async function thrown(fault: Error): Promise<Error & Record<PropertyKey, unknown>> {
  const { call } = protectForTest(async () => 'ok', { chaos: { enabled: true, rate: 1, fault } });
  return call().then(
    () => expect.unreachable('nothing was injected'),
    (error) => error,
  );
}

class Coded extends Boom {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }

  get shouted(): string {
    return this.message.toUpperCase();
  }
}

describe('A copy of an injected error', () => {
  it('is of the same class, with the same properties of its own, whatever they are', async () => {
    const values = fc.dictionary(fc.string({ minLength: 1 }), fc.anything());
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), values, async (message, code, properties) => {
        const { stack: _stack, ...given } = properties;
        const fault = Object.assign(new Coded(message, code), { cause: new Boom('before'), [Symbol.for('s')]: 1 });
        for (const [key, value] of Object.entries(given))
          Object.defineProperty(fault, key, { value, enumerable: true });
        if (typeof fault.message !== 'string' || typeof fault.name !== 'string') return;
        const error = await thrown(fault);
        expect(error).not.toBe(fault);
        expect(error).toBeInstanceOf(Coded);
        for (const key of Reflect.ownKeys(fault).filter((own) => own !== 'stack'))
          expect(error[key]).toBe(fault[key as never]);
      }),
      { numRuns: 60 },
    );
    expect((await thrown(new Coded('quiet', 'E'))).shouted).toBe('QUIET');
  });

  it('has a stack of its own', async () => {
    const fault = new TypeError('stack');
    const [first, second] = [await thrown(fault), await thrown(fault)];
    expect(first.stack).toMatch(/^TypeError: stack\n/);
    expect(first.stack).not.toBe(fault.stack);
    expect(first.stack).not.toContain('copyOf');
    expect(first).not.toBe(second);
  });

  it('is marked as the error is', async () => {
    expect(isPermanent(await thrown(markPermanent(new Boom('p'))))).toBe(true);
    expect(isTransient(await thrown(markTransient(new Boom('t'))))).toBe(true);
    const plain = await thrown(new Boom('n'));
    expect([isPermanent(plain), isTransient(plain)]).toEqual([false, false]);
  });

  it('can be made of an error of another realm', async () => {
    const foreign = runInNewContext("new TypeError('abroad')") as Error;
    expect(foreign).not.toBeInstanceOf(Error);
    const error = await thrown(foreign);
    expect(error).not.toBe(foreign);
    expect(String(error)).toBe('TypeError: abroad');
  });

  it('can be made of a frozen error, and of several', async () => {
    expect(await thrown(Object.freeze(new Boom('cold')))).toMatchObject({ name: 'Boom', message: 'cold' });
    const several = new AggregateError([new Boom('a'), new Boom('b')], 'both');
    expect((await thrown(several)).errors).toBe(several.errors);
  });

  // One object for all calls was noted as used up by the first call that gave up on it, and calls under way at that time were not repeated.
  it('does not take from one call into another that retries are used up', async () => {
    const retry = { maxAttempts: 3, delay: 100, jitter: 'none', budget: false } as const;
    const chaos = { enabled: true, rate: 1, latency: (_call: unknown, wait: number) => wait, fault: new Boom('down') };
    const { call, clock, events } = protectForTest(async (_wait: number) => 'ok', { retry, chaos });
    const calls = [call(0), call(500)].map((one) => one.catch((error: unknown) => error));
    await clock.advance(5000);
    const [first, second] = await Promise.all(calls);
    expect(first).not.toBe(second);
    expect(events.of('chaos.injected').filter(({ what }) => what === 'fault')).toHaveLength(6);
  });
});

describe('A function that gives the error', () => {
  it.each([
    ['what cannot be copied', new DOMException('gone', 'AbortError')],
    ['an error of another realm', runInNewContext("new TypeError('abroad')") as Error],
  ])('may give %s', async (_what, error) => {
    const { call } = protectForTest(async () => 'ok', { chaos: { enabled: true, rate: 1, fault: () => error } });
    await expect(call()).rejects.toBe(error);
  });
});
