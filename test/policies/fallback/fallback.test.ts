import { describe, expect, it, vi } from 'vitest';
import { currentCall } from '../../../src/core/index.js';
import type { FallbackRule } from '../../../src/policies/fallback/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, watch } from '../../../src/testing/index.js';

const fail = async (..._args: unknown[]): Promise<unknown> => Promise.reject(new Boom('down'));

describe('Fallback', () => {
  it.each([null, undefined, 0, '', false, 'value'])(
    'FB1 answers with the value %j after all retries',
    async (value) => {
      const method = flaky.failing([new Boom('a'), new Boom('b')], 'ok' as unknown);
      const { call } = protectForTest(method, { retry: { maxAttempts: 2, delay: 0 }, fallback: { value } });
      expect(await call()).toBe(value);
      expect(method.calls).toBe(2);
    },
  );

  it('calls a function with the error, the arguments and the instance', async () => {
    const instance = { name: 'instance' };
    const substitute = vi.fn(function (this: unknown, error: unknown, ...args: unknown[]) {
      return [this, error, ...args];
    });
    const { call } = protectForTest(fail, { fallback: substitute });
    expect(await (call as (...args: unknown[]) => unknown).call(instance, 'serviceE', 42)).toEqual([
      instance,
      expect.any(Boom),
      'serviceE',
      42,
    ]);
  });

  it('FB9 answers for a method that throws synchronously', async () => {
    const { call } = protectForTest(
      () => {
        throw new Boom('sync');
      },
      { fallback: { value: 'substitute' } },
    );
    expect(await call()).toBe('substitute');
  });

  it('FB8 rejects with the error of the substitute, which keeps the first as its cause', async () => {
    const own = new Error('substitute failed');
    const { call } = protectForTest(fail, { fallback: () => Promise.reject(own) });
    await expect(call()).rejects.toBe(own);
    expect(own.cause).toBeInstanceOf(Boom);
  });

  it.each<[string, () => Error, (error: Error) => unknown]>([
    ['of its cause', () => new Error('no', { cause: new Error('why') }), (error) => (error.cause as Error).cause],
    ['of itself, where that cannot be changed', () => Object.freeze(new Error('no')), () => undefined],
  ])('FB8 keeps the first failure at the end %s', async (_where, make, firstOf) => {
    const boom = new Boom('down');
    const { call } = protectForTest(async () => Promise.reject(boom), {
      fallback: () => {
        throw make();
      },
    });
    const failure = await call().catch((error) => error);
    expect(failure).toMatchObject({ message: 'no' });
    expect(firstOf(failure)).toBe(Object.isFrozen(failure) ? undefined : boom);
  });

  it('FB8 is not lost in causes that go round, nor put twice into a chain', async () => {
    const boom = new Boom('down');
    const round = new Error('round');
    round.cause = round;
    for (const thrown of [round, new Error('wraps', { cause: boom }), boom]) {
      const { call } = protectForTest(async () => Promise.reject(boom), { fallback: () => Promise.reject(thrown) });
      await expect(call()).rejects.toBe(thrown);
    }
    expect([round.cause, boom.cause]).toEqual([round, undefined]);
  });

  it('FB11 is not for the caller who left', async () => {
    const substitute = vi.fn();
    const controller = new AbortController();
    const { call } = protectForTest((_signal: AbortSignal) => new Promise(() => {}), { fallback: substitute });
    const seen = watch(call(controller.signal));
    controller.abort('left');
    await Promise.resolve().then(() => Promise.resolve());
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.error).toBe('left');
    expect(substitute).not.toHaveBeenCalled();
  });

  it('takes the first of several that fits the error', async () => {
    class Special extends Boom {}
    const rules = [
      { on: Special, value: 'special' },
      { on: Boom, except: 'E_NO', value: 'boom' },
    ];
    const thrown = [
      new Special('a'),
      new Boom('b'),
      Object.assign(new Boom('c'), { code: 'E_NO' }),
      new TypeError('d'),
    ];
    const { call } = protectForTest(async (index: number) => Promise.reject(thrown[index]), { fallback: rules });
    expect(await call(0)).toBe('special');
    expect(await call(1)).toBe('boom');
    await expect(call(2)).rejects.toBe(thrown[2]);
    await expect(call(3)).rejects.toBe(thrown[3]);
  });

  it.each<[string, FallbackRule[]]>([
    [
      'some of whose errors are left',
      [
        { value: 1, on: TypeError },
        { value: 2, on: [RangeError, TypeError] },
      ],
    ],
    [
      'after one that leaves some out',
      [
        { value: 1, except: TypeError },
        { value: 2, on: TypeError },
      ],
    ],
    ['for all the rest', [{ value: 1, on: Error }, { value: 2 }]],
    [
      'whose predicate nobody can look into',
      [
        { value: 1, on: () => true },
        { value: 2, on: Error },
      ],
    ],
  ])('lets a later one stand %s', (_what, rules) => {
    expect(() => protectForTest(async () => 0, { fallback: rules })).not.toThrow();
  });

  it('runs the substitute in a call of its own, in which nested calls may retry', async () => {
    const method = flaky.failing([new Boom('a'), new Boom('b')], 'nested');
    const { runtime } = protectForTest(fail, {});
    const nested = protect(method, { retry: { delay: 0 } }, { id: 'Inner.method', runtime });
    const seen: unknown[] = [];
    const outer = protect(
      fail,
      {
        retry: { delay: 0 },
        fallback: () => {
          seen.push(currentCall()?.site);
          return nested();
        },
      },
      { id: 'Outer.method', runtime },
    );
    expect(await outer()).toBe('nested');
    expect(method.calls).toBe(3);
    expect(seen).toEqual(['Outer.method']);
  });

  it('asks an instance from the container, and makes one itself where there is none', async () => {
    class Backup {
      fallback(error: unknown, ...args: number[]) {
        return { from: this.constructor.name, args, failed: error instanceof Boom };
      }
    }
    const { call } = protectForTest(fail, { fallback: { use: Backup } });
    expect(await call(34)).toEqual({ from: 'Backup', args: [34], failed: true });
    const one = new Backup();
    const resolve = vi.fn(() => one);
    const contained = protectForTest(fail, { fallback: { use: Backup } }, { resolve });
    await contained.call(35);
    await contained.call(36);
    expect(resolve.mock.calls).toEqual([[Backup], [Backup]]); // in which scope it has the source is the container's business
  });

  it('tells that it was applied, and why', async () => {
    const { call, events } = protectForTest(fail, { fallback: { value: 1 } });
    await call();
    expect(events.of('fallback.applied')).toMatchObject([{ site: 'Service.method', error: { message: 'down' } }]);
    expect(await call.detailed()).toMatchObject({ value: 1, from: 'fallback', attempts: 1 });
  });

  it.each([
    [{}, '@Fallback must have one of value, call, method, use'],
    [{ value: 1, call: () => 2 }, '@Fallback has value and call: one is enough'],
    [{ use: () => 1 }, '@Fallback: use must be a class with a method fallback(error, ...args), but got function use'],
    [{ use: Boom }, '@Fallback: use must be a class with a method fallback(error, ...args), but got function Boom'],
    [{ method: 'nowhere' }, "@Fallback: method must name a public method of the class, but got 'nowhere'"],
    [[], '@Fallback: chain must be a list of substitutes, each with one of value, call, method, use, but got []'],
    [
      [{ value: 1 }, { value: 2, on: TypeError }],
      '@Fallback: chain must have the most specific first: number 2 can never apply, for number 1 takes all its errors, but got',
    ],
    [
      [
        { value: 1, on: TypeError },
        { value: 2, on: [Error, 'E_GONE'] },
        { value: 3, on: [Boom, RangeError] },
      ],
      '@Fallback: chain must have the most specific first: number 3 can never apply, for number 2 takes all its errors, but got',
    ],
    [{ value: 1, on: [] }, '@Fallback: on must be an error class, a code, a predicate, or a list of them, but got []'],
  ] as [FallbackRule, string][])('FB6 refuses %j', (options, message) => {
    expect(() => protectForTest(fail, { fallback: options })).toThrow(message);
  });
});
