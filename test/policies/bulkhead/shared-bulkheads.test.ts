import { describe, expect, it } from 'vitest';
import { Bulkhead, Retry } from '../../../decorators/index.js';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { BulkheadFullError, type BulkheadOptions } from '../../../src/policies/bulkhead/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, testRuntime, watch } from '../../../src/testing/index.js';

const durationRule = "(milliseconds or a number with a unit, such as '250ms', '2s' or '1m')";
const weightRule = 'must be a whole number of at least 1, or a function that returns how many slots a call takes';
const priorityRule = "must be one of 'critical', 'high', 'normal', 'low', or a function that returns one of them";
const adaptiveRule = "must be one of 'aimd', 'vegas', 'gradient2', options with one of them as algorithm, or false";
const matcherRule = 'must be an error class, a code, a predicate, or a list of them';
const nameRule = 'must be a name: a letter, then letters, digits, _ . : or -';

describe('@Bulkhead says at once what is wrong with', () => {
  it.each<[string, unknown, string]>([
    ['CF10 no slots', 0, 'maxConcurrent must be a whole number of at least 1, but got 0'],
    ['CF10 fewer than none', { maxConcurrent: -1 }, 'maxConcurrent must be a whole number of at least 1, but got -1'],
    ['a part of a slot', 2.5, 'maxConcurrent must be a whole number of at least 1, but got 2.5'],
    ['CF10 a negative queue', { maxQueue: -1 }, 'maxQueue must be a whole number of at least 0, but got -1'],
    ['a negative wait', { maxWait: -1 }, `maxWait must be a duration ${durationRule}, but got -1`],
    ['a wait without a unit', { maxWait: '100' }, `maxWait must be a duration ${durationRule}, but got '100'`],
    ['an unknown order', { order: 'random' }, "order must be one of 'fifo', 'lifo', 'adaptive', but got 'random'"],
    ['what is no name', '10 slots', `name ${nameRule}, but got '10 slots'`],
    ['no weight', { weight: 0 }, `weight ${weightRule}, but got 0`],
    ['a part of a weight', { weight: 1.5 }, `weight ${weightRule}, but got 1.5`],
    ['a weight in words', { weight: '2' }, `weight ${weightRule}, but got '2'`],
    ['an unknown priority', { priority: 'urgent' }, `priority ${priorityRule}, but got 'urgent'`],
    ['a priority by number', { priority: 1 }, `priority ${priorityRule}, but got 1`],
    ['an unknown algorithm', { adaptive: 'magic' }, `adaptive ${adaptiveRule}, but got 'magic'`],
    ['true for an algorithm', { adaptive: true }, `adaptive ${adaptiveRule}, but got true`],
    [
      'an option of the algorithm',
      { adaptive: { algorithm: 'aimd', minLimit: 0 } },
      'adaptive.minLimit must be a whole number of at least 1, but got 0',
    ],
    ['what is no matcher', { adaptive: 'aimd', ignore: 3 }, `ignore ${matcherRule}, but got 3`],
    [
      'an option that it does not have',
      { limit: 3 },
      'limit is no option; it takes enabled, maxConcurrent, maxQueue, order, adaptive, maxWait, weight, priority, on, except, ignore, name, ',
    ],
  ])('%s', (_what, options, message) => {
    expect(() => Bulkhead(options as BulkheadOptions)).toThrow(InvalidOptionsError);
    expect(() => Bulkhead(options as BulkheadOptions)).toThrow(`@Bulkhead: ${message}`);
  });
});

describe('a use that says nothing of `adaptive`', () => {
  it.each([{ name: 'database' }, { scope: 'class' }] as const)('may judge errors for others that do: %j', (sharing) => {
    const { runtime } = testRuntime();
    const use = (bulkhead: BulkheadOptions, id: string) => protect(async () => 1, { bulkhead }, { runtime, id });
    use({ ...sharing, adaptive: 'aimd' }, 'A.b');
    expect(() => use({ ...sharing, on: Boom }, 'A.c')).not.toThrow();
  });
});

describe('@Bulkhead says when its methods are prepared what is wrong with', () => {
  it.each<[string, BulkheadOptions, string]>([
    ['a weight that never fits', { weight: 11 }, "weight must be at most 10, the slots of 'A.b', but got 11"],
    [
      'errors to judge, where nothing judges them',
      { ignore: Boom },
      'ignore needs adaptive: nothing else in a bulkhead judges errors',
    ],
    [
      'errors to judge, where adaptive is switched off',
      { adaptive: false, on: Boom },
      'on needs adaptive: nothing else in a bulkhead judges errors',
    ],
    [
      'a least limit above the greatest',
      { maxConcurrent: 5, adaptive: { algorithm: 'vegas', minLimit: 6 } },
      'adaptive.minLimit must not be above maxConcurrent (5), but got 6',
    ],
  ])('%s', (_what, bulkhead, message) => {
    const { runtime } = testRuntime();
    const wrong = () => protect(async () => 1, { bulkhead }, { runtime, id: 'A.b' });
    expect(wrong).toThrow(InvalidOptionsError);
    expect(wrong).toThrow(`A.b: @Bulkhead: ${message}`);
  });

  it('nothing where a shared bulkhead may be adaptive by what another use says', () => {
    const { runtime } = testRuntime();
    const named = { name: 'database', ignore: Boom } as const;
    expect(() => protect(async () => 1, { bulkhead: named }, { runtime, id: 'A.b' })).not.toThrow();
  });
});

class Base {
  readonly calls: string[] = [];

  @Bulkhead(8)
  first(): Promise<never> {
    this.calls.push('first');
    return new Promise(() => {});
  }

  @Bulkhead(8)
  second(): Promise<never> {
    this.calls.push('second');
    return new Promise(() => {});
  }
}

class Left extends Base {}
class Right extends Base {}

describe('a bulkhead', () => {
  it('BH9 belongs to one method of one class, whatever the instance', async () => {
    const { runtime, clock } = testRuntime();
    const services = [new Left(), new Left(), new Right(), new Right()];
    for (const service of services) runtime.bind(service);
    const seen: ReturnType<typeof watch>[] = [];
    for (let round = 0; round < 4; round++) for (const service of services) seen.push(watch(service.first()));
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(Array(16).fill('pending'));
    for (const service of services) await expect(service.first()).rejects.toBeInstanceOf(BulkheadFullError);
    watch(services[0]!.second());
    expect(services[0]!.calls).toEqual(['first', 'first', 'first', 'first', 'second']);
    expect(runtime.bulkheads.stats()).toMatchObject({
      'Left.first': { running: 8, limit: 8 },
      'Right.first': { running: 8, limit: 8 },
      'Left.second': { running: 1 },
    });
  });

  it('with a name is shared by all who name it, with the sizes that the first of them gives', async () => {
    class Database {
      @Bulkhead({ name: 'database', maxConcurrent: 1 })
      read(): Promise<never> {
        return new Promise(() => {});
      }

      @Retry({ maxAttempts: 1 })
      @Bulkhead('database')
      async write(): Promise<string> {
        return 'written';
      }
    }
    const { runtime, clock } = testRuntime();
    const database = new Database();
    runtime.bind(database);
    runtime.prepare(Database);
    watch(database.read());
    await clock.advance(0);
    await expect(database.write()).rejects.toMatchObject({ site: 'Database.write', bulkhead: 'database' });
  });

  it('with a name leaves maxWait to each use, and the room to wait with it', async () => {
    const { runtime, clock } = testRuntime();
    const busy = flaky.hanging();
    const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 1 });
    const hasty = protect(busy, { bulkhead: 'database' }, { runtime, id: 'hasty' });
    const patient = protect(busy, { bulkhead: { name: 'database', maxWait: '1s' } }, { runtime, id: 'patient' });
    const seen = [hasty(), hasty(), patient()].map(watch);
    await clock.advance(0);
    expect([seen.map(({ state }) => state), bulkhead.queued]).toEqual([['pending', 'rejected', 'pending'], 1]);
  });

  it('with a name has one size: two uses that disagree are an error that names both', () => {
    const { runtime } = testRuntime();
    protect(async () => 1, { bulkhead: { name: 'database', maxConcurrent: 5 } }, { runtime, id: 'A.read' });
    expect(() =>
      protect(async () => 1, { bulkhead: { name: 'database', maxConcurrent: 6 } }, { runtime, id: 'B.read' }),
    ).toThrow(
      "B.read: @Bulkhead: maxConcurrent of 'database' is already set by A.read: two uses of a name must agree, but got { 'A.read': 5, 'B.read': 6 }",
    );
  });

  it('with a name leaves weight and priority to each use', async () => {
    const { runtime, clock } = testRuntime();
    const busy = flaky.hanging();
    const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 3, maxQueue: 5 });
    const use = (id: string, options: BulkheadOptions) =>
      protect(busy, { bulkhead: { name: 'database', ...options } }, { runtime, id });
    watch(use('heavy', { weight: 3, priority: 'low' })());
    watch(use('light', {})());
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued]).toEqual([3, 1]);
  });

  it('with a name has one way to find its limit, written out or not', () => {
    const { runtime } = testRuntime();
    const use = (id: string, options: BulkheadOptions) =>
      protect(async () => 1, { bulkhead: { name: 'database', ...options } }, { runtime, id });
    use('A.read', { adaptive: 'aimd' });
    use('B.read', { adaptive: { algorithm: 'aimd', backoffRatio: 0.9 }, maxConcurrent: 200 });
    expect(() => use('C.read', { adaptive: 'vegas' })).toThrow(
      "C.read: @Bulkhead: adaptive of 'database' is already set by A.read: two uses of a name must agree",
    );
  });

  it('that is split by key has slots for each key, and keeps those whose calls run', async () => {
    const { runtime, clock } = testRuntime();
    const key = (user: string) => user;
    const call = protect(
      (_user: string) => new Promise(() => {}),
      { bulkhead: { maxConcurrent: 1, key, maxKeys: 2 } },
      { runtime, id: 'A.b' },
    );
    const seen = ['a', 'b', 'a', 'c', 'd'].map((user) => watch(call(user)));
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['pending', 'pending', 'rejected', 'pending', 'rejected']);
    expect(runtime.bulkheads.stats()['A.b']).toMatchObject({ running: 3, rejected: 2, limit: 4 });
  });

  it('that is split by key counts on when keys go, and has slots for those that live', async () => {
    const { runtime } = testRuntime();
    const key = (user: string) => user;
    const bulkhead = { maxConcurrent: 3, key, maxKeys: 2 };
    const call = protect(async (_user: string) => 1, { bulkhead }, { runtime, id: 'A.b' });
    for (let user = 0; user < 12; user++) await call(`user ${user}`);
    expect(runtime.bulkheads.stats()).toEqual({
      'A.b': { running: 0, queued: 0, limit: 3 * 3, accepted: 12, rejected: 0, timedOut: 0, shed: 0 },
    });
  });

  it('rejects the call when its key function throws', async () => {
    const boom = new Boom('key');
    const key = () => {
      throw boom;
    };
    const call = protect(async () => 1, { bulkhead: { key } }, { runtime: testRuntime().runtime, id: 'A.b' });
    await expect(call()).rejects.toBe(boom);
  });

  it('lets everything pass where it is switched off', async () => {
    const { runtime, clock } = testRuntime();
    const busy = flaky.hanging();
    const call = protect(busy, { bulkhead: { maxConcurrent: 1, enabled: false } }, { runtime, id: 'A.b' });
    for (let i = 0; i < 3; i++) watch(call());
    await clock.advance(0);
    expect(busy.calls).toBe(3);
  });
});
