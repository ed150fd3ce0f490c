import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { memoryStore } from 'holdfast/stores';
import {
  cacheStoreSuite,
  loggerSuite,
  memoryState,
  policySuite,
  sharedStateSuite,
  type TestRunner,
  withoutLeaks,
} from 'holdfast/testing';
import { describe, expect, it, vi } from 'vitest';
import { answered } from '../../src/testing/suites/answered.js';
import { DiskStore } from './disk-store.js';
import { testsOf } from './tests-of.js';

type Suite = (runner: TestRunner, make: () => never) => void;

const suites: Readonly<Record<string, Suite>> = { cacheStoreSuite, loggerSuite, policySuite, sharedStateSuite };
const names = Object.keys(suites);
const never = () => new Promise<never>(() => {});

/** Runs a test of a suite, for which seconds are as short as can be; gives what it fails with. */
async function failure(suite: Suite, given: unknown, which = 0): Promise<unknown> {
  const test = [...testsOf((runner) => suite(runner, () => given as never)).values()][which];
  const { setTimeout } = timers;
  timers.setTimeout = ((run: () => void) => setTimeout(run, 1)) as unknown as typeof setTimeout;
  syncBuiltinESMExports();
  try {
    return await test?.().then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    timers.setTimeout = setTimeout;
    syncBuiltinESMExports();
  }
}

describe('a suite', () => {
  it.each(names)('refuses what is no runner, and nothing to make: %s', (name) => {
    const suite = suites[name] as (...given: readonly unknown[]) => void;
    const runner = { describe: () => undefined, it: () => undefined };

    for (const bad of [undefined, {}, { describe }, it])
      expect(() => suite(bad, () => undefined)).toThrow(`${name}(): runner must be { describe, it }, but got`);
    expect(() => suite(runner)).toThrow(`${name}(): make must be a function, but got undefined`);
    expect(() => suite(runner, {})).toThrow(`${name}(): make must be a function, but got {}`);
  });

  it.each(names)('gives each test more time than runners do by themselves: %s', (name) => {
    const times: number[] = [];
    suites[name]?.(
      { describe: (_, body) => body(), it: (_title, _body, timeout) => times.push(timeout) },
      never as never,
    );

    expect(times.length).toBeGreaterThan(5);
    expect(new Set(times)).toEqual(new Set([60_000]));
  });

  it.each([
    [
      'cacheStoreSuite',
      undefined,
      'The store that make() gives must have the methods get, set, delete, deleteByTag, clear',
    ],
    ['cacheStoreSuite', {}, 'there is no get, set, delete, deleteByTag, clear'],
    ['cacheStoreSuite', { store: Object.assign(new DiskStore(), { clear: 1 }) }, 'there is no clear'],
    ['loggerSuite', undefined, 'What make() gives must have the methods lines; there is no lines'],
    ['loggerSuite', { lines: () => [] }, 'The listener that make() gives must have the methods attach'],
    ['policySuite', undefined, 'make() must give the decorator of a policy'],
    ['policySuite', {}, 'make() must give the decorator of a policy'],
    ['sharedStateSuite', undefined, 'What make() gives must have the methods open'],
    ['sharedStateSuite', { open: () => ({}) }, 'What open() gives must have the methods check, close'],
  ])('says what %s needs where make() gives %o', async (name, given, message) => {
    expect(String(await failure(suites[name] as Suite, given))).toContain(message);
  });

  it('says which operation of a store hangs', async () => {
    const hanging = (parts: object) => ({ store: Object.assign(new DiskStore(), parts) });
    const said = 'has neither answered nor failed for 10 seconds: it must do one of the two';

    expect(String(await failure(cacheStoreSuite, hanging({ get: never })))).toContain(`get('other') ${said}`);
    expect(String(await failure(cacheStoreSuite, hanging({ set: never }), 1))).toContain(`set('user') ${said}`);
    expect(String(await failure(cacheStoreSuite, never()))).toContain(`make() ${said}`);
    expect(String(await failure(cacheStoreSuite, { store: memoryStore(), dispose: never }))).toContain(
      `dispose() ${said}`,
    );
  });

  it('says which operation of a shared state hangs', async () => {
    const state = memoryState();
    const open = (parts: object) => ({ open: () => ({ ...state.handle(), ...parts }) });

    expect(String(await failure(sharedStateSuite, open({ permits: { take: never } })))).toContain('take() has neither');
    expect(String(await failure(sharedStateSuite, open({ close: never })))).toContain('close() has neither');
    expect(String(await failure(sharedStateSuite, { open: never }))).toContain('open() has neither');
  });

  it('says that the lines of a logger are not to be had', async () => {
    const logger = { listener: { attach: () => undefined }, lines: never };

    expect(String(await failure(loggerSuite, logger))).toContain('lines() has neither');
  });

  it('clears up after a shared state that cannot be closed, and says so', async () => {
    const dispose = vi.fn();
    const close = vi.fn(() => Promise.reject(new Error('not closed')));
    const state = { ...memoryState().handle(), close };

    expect(await failure(sharedStateSuite, { open: () => state, dispose })).toBeInstanceOf(Error);
    expect([close.mock.calls.length > 0, dispose.mock.calls.length]).toEqual([true, 1]);
  });
});

describe('answered()', () => {
  it('gives what was answered, at once or later, and leaves no timer', async () => {
    await withoutLeaks(
      async () => {
        expect(await answered('get()', 5)).toBe(5);
        expect(await answered('get()', Promise.resolve(6))).toBe(6);
        await expect(answered('get()', Promise.reject(new Error('no')))).rejects.toThrow(/^no$/);
      },
      { kinds: ['timer'] },
    );
  });
});
