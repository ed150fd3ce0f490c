import { describe, expect, it, vi } from 'vitest';
import { Dedup, type DedupOptions } from '../../../decorators/index.js';
import { type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle, testRuntime, watch } from '../../../src/testing/index.js';

/** A method whose runs the test lets come in. */
function upstream(dedup: DedupOptions = {}, more: GivenPolicies = {}) {
  const runs: {
    readonly args: unknown[];
    readonly land: (value: unknown) => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  const world = protectForTest(
    (...args: unknown[]) => new Promise<unknown>((land, fail) => runs.push({ args, land, fail })),
    { dedup, ...more },
  );
  const stats = () => [...world.runtime.methods()][0]?.policies.find(({ kind }) => kind === 'dedup')?.stats;
  return { ...world, runs, stats };
}

describe('Dedup', () => {
  it('DD1 runs once for ten who ask for the same at the same time, and gives all the same value', async () => {
    const { call, runs, stats } = upstream();
    const value = { id: 1 };
    const all = Array.from({ length: 10 }, () => watch(call('a')));
    expect(stats()).toEqual({ leaders: 1, followers: 9, bypassed: 0, inFlight: 1 });
    runs[0]?.land(value);
    await settle();
    for (const seen of all) expect(seen.value).toBe(value);
    expect(runs).toHaveLength(1);
    expect(stats()).toEqual({ leaders: 1, followers: 9, bypassed: 0, inFlight: 0 });
  });

  it('DD1 does so too where nobody listens', async () => {
    const { runtime, clock } = testRuntime();
    const method = vi.fn((_key: string) => clock.sleep(10).then(() => 'value'));
    const call = protect(method, { dedup: {} }, { runtime });
    const all = Array.from({ length: 10 }, () => watch(call('a')));
    await clock.advance(10);
    expect(all.map(({ value }) => value)).toEqual(Array(10).fill('value'));
    expect(method).toHaveBeenCalledTimes(1);
  });

  it('DD2 gives followers the same error, and the next call a run of its own', async () => {
    const { call, runs } = upstream();
    const boom = new Boom('down');
    const all = [watch(call('a')), watch(call('a'))];
    runs[0]?.fail(boom);
    await settle();
    for (const seen of all) expect(seen.error).toBe(boom);
    watch(call('a'));
    expect(runs).toHaveLength(2);
  });

  it.each([
    ['value', 'land'],
    ['error', 'fail'],
  ] as const)('keeps no %s: who asks first thing afterwards runs anew', async (_what, how) => {
    const { call, runs } = upstream();
    const again = () => call('a');
    const second = watch(call('a').then(again, again));
    runs[0]?.[how]('first');
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.land('second');
    await settle();
    expect(second.value).toBe('second');
  });

  it('keeps other questions apart', () => {
    const { call, runs } = upstream();
    for (const args of [['a'], ['b'], [1], ['1'], [{ a: 1 }], [{ a: 2 }], ['a', 'b'], []]) watch(call(...args));
    expect(runs).toHaveLength(8);
  });

  it('merges whatever signal and callback a call brings', () => {
    const { call, runs } = upstream();
    watch(call('a', new AbortController().signal));
    watch(call('a', new AbortController().signal));
    watch(call('a'));
    expect(runs).toHaveLength(1);
  });

  it('asks the key function what is asked for', () => {
    const { call, runs, stats } = upstream({ key: (id?: string) => id?.toLowerCase() });
    for (const id of ['A', 'a', undefined, undefined]) watch(call(id));
    expect(runs).toHaveLength(3); // undefined: merged with nobody
    expect(stats()).toMatchObject({ leaders: 1, followers: 1, bypassed: 2 });
  });

  it('rejects a call whose key function throws', async () => {
    const boom = new Boom('no id');
    const { call, runs } = upstream({
      key: () => {
        throw boom;
      },
    });
    await expect(call('a')).rejects.toBe(boom);
    expect(runs).toHaveLength(0);
  });

  it('lets one caller leave at once, and the others wait on', async () => {
    const { call, runs } = upstream();
    const callers = [new AbortController(), new AbortController(), new AbortController()];
    const seen = callers.map(({ signal }) => watch(call('a', signal)));
    callers[0]?.abort('the leader');
    callers[1]?.abort('a follower');
    await settle();
    expect(seen.map(({ state, error }) => error ?? state)).toEqual(['the leader', 'a follower', 'pending']);
    runs[0]?.land(1);
    await settle();
    expect(seen[2]?.value).toBe(1);
  });

  it('gives up the run when the last caller has left', async () => {
    const { call, runs, stats } = upstream();
    const callers = [new AbortController(), new AbortController()];
    const seen = callers.map(({ signal }) => watch(call('a', signal)));
    const signal = runs[0]?.args[1] as AbortSignal;
    callers[0]?.abort();
    expect(signal.aborted).toBe(false);
    callers[1]?.abort();
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
    await settle();
    expect(seen.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
    expect(stats()).toMatchObject({ inFlight: 0 });
    watch(call('a', new AbortController().signal));
    expect(runs).toHaveLength(2);
  });

  it('runs under no caller’s deadline: a patient follower outlives an impatient leader', async () => {
    const { call, runs, runtime, clock } = upstream();
    const impatient = watch(protect(() => call('a'), { timeout: 5 }, { id: 'outer', runtime })());
    const patient = watch(call('a'));
    await clock.advance(5);
    expect([impatient.state, patient.state]).toEqual(['rejected', 'pending']);
    runs[0]?.land(1);
    await settle();
    expect(patient.value).toBe(1);
  });

  it('shares one sequence of attempts', async () => {
    const { call, runs, clock } = upstream({}, { retry: { delay: 10, jitter: 'none' } });
    const all = [watch(call('a')), watch(call('a'))];
    runs[0]?.fail(new Boom('1'));
    await clock.advance(5);
    all.push(watch(call('a'))); // joins during the wait between attempts
    await clock.advance(5);
    runs[1]?.land('second');
    await settle();
    expect(all.map(({ value }) => value)).toEqual(['second', 'second', 'second']);
    expect(runs).toHaveLength(2);
  });

  it('counts followers in no circuit', async () => {
    const { call, runs, runtime } = upstream({}, { circuitBreaker: { failureThreshold: 5 } });
    const all = Array.from({ length: 10 }, () => watch(call('a')));
    runs[0]?.fail(new Boom('down'));
    await settle();
    expect(all.every(({ state }) => state === 'rejected')).toBe(true);
    expect(runtime.circuits.get('Service.method').stats.failures).toBe(1);
  });

  it('does not make a call wait for itself', async () => {
    const { runtime } = testRuntime();
    let runs = 0;
    const call = protect(
      async (key: string): Promise<string> => (++runs === 1 ? call(key) : 'inner'),
      { dedup: {} },
      { runtime },
    );
    expect(await call('a')).toBe('inner');
    expect(runs).toBe(2);
  });

  it('tells who joined, and where an answer came from', async () => {
    const { call, runs, events } = upstream();
    const all = [watch(call.detailed('a')), watch(call.detailed('a'))];
    expect(events.of('dedup.joined')).toEqual([{ site: 'Service.method', key: 'a' }]);
    runs[0]?.land(1);
    await settle();
    expect(all.map(({ value }) => value?.from)).toEqual(['method', 'dedup']);
  });

  it('does nothing where it is switched off', () => {
    const { call, runs } = upstream({ enabled: false });
    for (const key of ['a', 'a']) watch(call(key));
    expect(runs).toHaveLength(2);
  });
});

describe('whose calls Dedup merges', () => {
  function services(options: DedupOptions) {
    const runs: string[] = [];
    class Users {
      constructor(readonly tenant: string) {}

      @Dedup(options)
      async find(id: string): Promise<string> {
        runs.push(`${this.tenant} find`);
        return `${this.tenant} ${id}`;
      }

      @Dedup(options)
      async remove(id: string): Promise<string> {
        runs.push(`${this.tenant} remove`);
        return `${this.tenant} removed ${id}`;
      }
    }
    class Guests extends Users {}
    const { runtime } = testRuntime();
    const make = <T extends object>(instance: T): T => {
      runtime.bind(instance);
      return instance;
    };
    return { runs, acme: make(new Users('acme')), other: make(new Users('other')), guest: make(new Guests('guest')) };
  }

  it('are those on one instance and one method: tenants are never joined', async () => {
    const { acme, other, runs } = services({});
    const answers = await Promise.all([acme.find('1'), other.find('1'), acme.find('1'), acme.remove('1')]);
    expect(answers).toEqual(['acme 1', 'other 1', 'acme 1', 'acme removed 1']);
    expect(runs).toEqual(['acme find', 'other find', 'acme remove']);
  });

  it.each(['method', 'class'] as const)(
    'are those on all instances of the class with scope %s, but of one method and one class',
    async (scope) => {
      const { acme, other, guest, runs } = services({ scope });
      const answers = await Promise.all([acme.find('1'), other.find('1'), guest.find('1'), other.remove('1')]);
      expect(answers).toEqual(['acme 1', 'acme 1', 'guest 1', 'other removed 1']);
      expect(runs).toEqual(['acme find', 'guest find', 'other remove']);
    },
  );

  it('are those of a plain function, whatever its this happens to be', async () => {
    const { runtime } = testRuntime();
    const method = vi.fn(async (_id: string) => 1);
    const find = protect(method, { dedup: {} }, { runtime });
    const api = { find };
    await Promise.all([find('1'), api.find('1')]);
    expect(method).toHaveBeenCalledTimes(1);
  });
});

describe('the options of @Dedup', () => {
  it.each<[object, string]>([
    [{ key: 'id' }, "@Dedup: key must be a function, but got 'id'"],
    [{ scope: 'tenant' }, "@Dedup: scope must be one of 'method', 'class', 'instance', but got 'tenant'"],
    [{ ttl: '1m' }, '@Dedup: ttl is no option; it takes enabled, key, scope'],
    ['1m' as never, "@Dedup takes an object of options, but got '1m'"],
  ])('%o is told at the decorator', (options, message) => {
    expect(() => Dedup(options as never)).toThrow(message);
  });
});
