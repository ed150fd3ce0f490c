import { InvalidOptionsError, protect, type Runtime, RuntimeDisposedError } from 'holdfast';
import { flaky, ManualClock, protectForTest, sequence, settle, testRuntime, watch } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

const fail = async () => {
  throw new TypeError('away');
};

/** The waits of a call that fails three times, at random. */
async function waits(options: Parameters<typeof protectForTest>[2]) {
  const { call, clock, events } = protectForTest(fail, { retry: { maxAttempts: 4 } }, options);
  const failed = expect(call()).rejects.toThrow('away');
  await clock.advance(10_000);
  await failed;
  return events.of('retry.scheduled').map(({ delay }) => delay);
}

describe('a runtime for tests', () => {
  it('records events from the start', async () => {
    const { runtime, clock, events } = testRuntime();
    expect(events.all).toEqual([]);
    await protect(async () => 5, { timeout: '1s' }, { id: 'five', runtime })();

    expect(events.names).toEqual(['call.started', 'call.attempted', 'call.succeeded']);
    expect(runtime.clock).toBe(clock);
  });

  it('keeps as many events as it is told', () => {
    const { runtime, events } = testRuntime({ limit: 2 });
    for (let site = 0; site < 5; site++) runtime.events.emit('call.started', { site: String(site) });

    expect([events.all.length, events.dropped]).toEqual([2, 3]);
  });

  it('records nothing where it is told so, and then nobody listens', () => {
    const { runtime, ...world } = testRuntime({ record: false });

    expect(world).not.toHaveProperty('events');
    expect(runtime.events.channel('call.started').heard).toBe(false);
    expect(testRuntime().runtime.events.channel('call.started').heard).toBe(true);
  });

  it('has the chance of its seed, or that which is given', async () => {
    expect(await waits({ seed: 5 })).toEqual(await waits({ seed: 5 }));
    expect(await waits({ seed: 6 })).not.toEqual(await waits({ seed: 5 }));
    expect(await waits({})).toEqual(await waits({ seed: 1 }));
    expect(await waits({ random: sequence(0.5) })).toEqual([50, 100, 200]);
  });

  it('takes a clock that the test has already', () => {
    const clock = new ManualClock();

    expect(testRuntime({ clock }).clock).toBe(clock);
    expect(testRuntime({ clock }).runtime.clock).toBe(clock);
  });

  it('ends what runs in it when it is disposed, though its clock stands still, and records no more', async () => {
    const world = testRuntime();
    const { runtime, clock, events } = world;
    const call = protect(() => new Promise(() => {}), { timeout: '1h' }, { id: 'wait', runtime });
    const waiting = expect(call()).rejects.toBeInstanceOf(RuntimeDisposedError);
    await world[Symbol.asyncDispose]();
    await waiting;

    expect(runtime.disposed).toBe(true);
    expect(clock.pending).toBe(0);
    expect([events.recording, events.names]).toEqual([false, ['call.started']]);
  });

  it('ends what runs in it although somebody has begun to dispose it with patience', async () => {
    const world = testRuntime();
    const hanging = watch(protect(flaky.hanging(), { timeout: '1h' }, { runtime: world.runtime })());
    const patient = watch(world.runtime.dispose({ drain: '10m' }));
    await settle();
    expect([hanging.state, patient.state]).toEqual(['pending', 'pending']);

    await world[Symbol.asyncDispose]();
    expect(hanging.error).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
    expect(patient.state).toBe('resolved');
  });

  it('moves no time to end what ends at once', async () => {
    const clock = new ManualClock(0);
    const slept = watch(clock.sleep(5));
    await testRuntime({ clock })[Symbol.asyncDispose]();

    expect([slept.state, clock.now()]).toEqual(['pending', 0]);
  });

  it.each([null, 7, 'seed', []])('refuses %j in the place of options', (options) => {
    expect(() => testRuntime(options as never)).toThrow(/^testRuntime\(\) takes an object of options, but got /);
    expect(() => protectForTest(async () => 1, {}, options as never)).toThrow(
      /^protectForTest\(\) takes an object of options, but got /,
    );
  });

  it('is disposed at the end of a block, recorded or not', async () => {
    const seen: Runtime[] = [];
    {
      await using recorded = testRuntime();
      await using unrecorded = testRuntime({ record: false });
      await using protectedCall = protectForTest(async () => 1, {});
      seen.push(recorded.runtime, unrecorded.runtime, protectedCall.runtime);
      expect(seen.map(({ disposed }) => disposed)).toEqual([false, false, false]);
    }
    await settle();

    expect(seen.map(({ disposed }) => disposed)).toEqual([true, true, true]);
  });

  it.each<[object, string]>([
    [{ seed: -1 }, 'testRuntime(): seed must be a whole number from 0 to 4294967295, but got -1'],
    [{ seed: 'five' }, "testRuntime(): seed must be a whole number from 0 to 4294967295, but got 'five'"],
    [{ clock: {} }, 'testRuntime(): clock must be a ManualClock, but got {}'],
    [{ limit: 0 }, 'testRuntime(): limit must be a whole number of at least 1, or Infinity, but got 0'],
    [{ record: 'no' }, "testRuntime(): record must be true or false, but got 'no'"],
    [{ record: false, limit: 5 }, 'testRuntime(): limit makes no sense beside record: false, but got 5'],
    [{ seed: 5, random: sequence(0) }, 'testRuntime(): seed makes no sense beside random, but got 5'],
    [{ random: 5 }, 'Runtime: random must have a method next(), but got 5'],
    [{ sede: 5 }, 'Runtime: sede is no option; it takes clock, random, '],
    [{ without: ['rety'] }, "Runtime: without names no kind of policy by 'rety'"],
  ])('refuses %j', (options, message) => {
    expect(() => testRuntime(options)).toThrow(InvalidOptionsError);
    expect(() => testRuntime(options)).toThrow(message);
  });
});

describe('protectForTest()', () => {
  it('protects a function in a world of its own', async () => {
    const { call, clock, events, runtime } = protectForTest(fail, { retry: { delay: '1s', jitter: 'none' } });
    const failed = expect(call()).rejects.toThrow('away');
    await clock.advance(3000);
    await failed;

    events.assertEmitted('retry.scheduled', { site: 'Service.method', delay: 1000 }, { times: 1 });
    events.assertEmitted('retry.scheduled', { delay: 2000 }, { times: 1 });
    expect([...runtime.methods()]).toMatchObject([{ site: 'Service.method', stats: { attempts: 3 } }]);
  });

  it('takes a preset, a name, and what a runtime for tests takes', () => {
    const { call, runtime } = protectForTest(async () => 1, 'standard', { id: 'quotes', without: ['circuitBreaker'] });
    void call;

    expect([...runtime.methods()]).toMatchObject([{ site: 'quotes', kinds: ['timeout', 'retry'] }]);
  });

  it('hands on arguments, `this` and the account of a call', async () => {
    const { call } = protectForTest(async function (this: unknown, add: number) {
      return [this, add];
    }, {});

    expect(await call.call('me', 5)).toEqual(['me', 5]);
    expect(await call.detailed(5)).toMatchObject({ value: [undefined, 5], attempts: 1 });
  });

  it.each<[unknown, unknown, object, string]>([
    [5, {}, {}, 'protect() takes an async function, but got 5'],
    [fail, { rety: 5 }, {}, '@Resilient: rety is no kind of policy'],
    [fail, { retry: -1 }, {}, '@Retry: maxAttempts must be a whole number from 1 to 100'],
    [fail, {}, { seed: -1 }, 'testRuntime(): seed must be'],
  ])('refuses %o with %j and %j', (fn, policies, options, message) => {
    expect(() => protectForTest(fn as typeof fail, policies as object, options)).toThrow(message);
  });
});

describe('sequence()', () => {
  it('gives its numbers in turn, again and again', () => {
    const random = sequence(0, 0.5, 0.999);
    expect(Array.from({ length: 4 }, () => random.next())).toEqual([0, 0.5, 0.999, 0]);
  });

  it.each([[[]], [[1.1]], [['0.5']], [[null]], [[0.5, -0.1]], [[Number.NaN]]])('refuses %j', (numbers) => {
    expect(() => sequence(...(numbers as unknown as [number]))).toThrow(
      'sequence() takes numbers from 0 to 1, but got [',
    );
  });
});
