import { describe, expect, it } from 'vitest';
import { AdaptiveThrottle } from '../../../decorators/index.js';
import { ThrottledError } from '../../../src/policies/adaptive-throttle/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, sequence, testRuntime, watch } from '../../../src/testing/index.js';

/** Fails when it is told to, and is refused by the worst of luck. */
class Search {
  @AdaptiveThrottle({ name: 'search', successThreshold: 0.9, minimumCalls: 2 })
  async find(fails = false): Promise<string> {
    if (fails) throw new Boom('overloaded');
    return 'found';
  }

  @AdaptiveThrottle('search')
  async suggest(): Promise<string> {
    return 'suggested';
  }

  @AdaptiveThrottle({ scope: 'instance', minimumCalls: 0 })
  async own(fails = false): Promise<string> {
    if (fails) throw new Boom('overloaded');
    return 'own';
  }
}

function world() {
  const { runtime, clock } = testRuntime({ random: sequence(0) });
  const search = () => {
    const instance = new Search();
    runtime.bind(instance);
    return instance;
  };
  return { runtime, clock, search };
}

const refused = expect.objectContaining({ code: 'HOLDFAST_THROTTLED' });
const cameTo = (call: Promise<unknown>) => call.catch((error) => error);

describe('a throttle', () => {
  it('with a name is shared by all who name it, with the options that one of them gives', async () => {
    const { runtime, search } = world();
    const one = search();
    runtime.prepare(Search);
    await cameTo(one.find(true));
    expect(await cameTo(search().suggest())).toBe('suggested');
    for (let n = 0; n < 3; n++) await cameTo(one.find(true));
    const refusal = await cameTo(search().suggest());
    expect(refusal).toBeInstanceOf(ThrottledError);
    expect(refusal).toMatchObject({ site: 'Search.suggest', throttle: 'search' });
  });

  it('with a name has one set of options: two uses that disagree are an error that names both', () => {
    const { runtime } = world();
    const use = (window: number, id: string) =>
      protect(async () => 1, { adaptiveThrottle: { name: 'search', window } }, { runtime, id });
    use(1000, 'A.find');
    expect(() => use(2000, 'B.find')).toThrow(
      "B.find: @AdaptiveThrottle: window of 'search' is already set by A.find: two uses of a name must agree, but got { 'A.find': 1000, 'B.find': 2000 }",
    );
  });

  it('leaves it to each use which errors are failures', async () => {
    const { runtime } = world();
    const fail = async () => {
      throw new Boom('x');
    };
    const lenient = protect(fail, { adaptiveThrottle: { name: 'search', except: Boom } }, { runtime, id: 'lenient' });
    const strict = protect(fail, { adaptiveThrottle: 'search' }, { runtime, id: 'strict' });
    await cameTo(lenient());
    await cameTo(strict());
    expect(runtime.throttles.get('search').stats).toMatchObject({ requests: 2, accepts: 1 });
  });

  it('belongs to one instance where its scope says so', async () => {
    const { search } = world();
    const [one, other] = [search(), search()];
    await cameTo(one.own(true));
    expect([await cameTo(one.own()), await cameTo(other.own())]).toEqual([refused, 'own']);
  });

  it('that is split by key refuses one key for what became of its own calls', async () => {
    const { runtime } = world();
    const key = (host: string) => host;
    const ask = async (_host: string, fails: boolean) => {
      if (fails) throw new Boom('x');
      return 'answer';
    };
    const call = protect(
      ask,
      { adaptiveThrottle: { key, successThreshold: 0.9, minimumCalls: 0 } },
      { runtime, id: 'A.ask' },
    );
    await cameTo(call('a', true));
    expect([await cameTo(call('a', false)), await cameTo(call('b', false))]).toEqual([refused, 'answer']);
    expect(runtime.throttles.stats()).toEqual({
      'A.ask': { requests: 3, accepts: 1, refused: 1, rejectionRate: ((2 / 3) * 2) / 3 },
    });
  });

  it('rejects a call whose key function throws, and counts nothing', async () => {
    const { runtime } = world();
    const fault = new Error('no key');
    const key = () => {
      throw fault;
    };
    const call = protect(async () => 1, { adaptiveThrottle: { key } }, { runtime, id: 'A.b' });
    await expect(call()).rejects.toBe(fault);
    expect(runtime.throttles.get('A.b').totals).toEqual({ passed: 0, refused: 0 });
  });

  it('of a key is kept while it refuses or has calls under way, however many keys come', async () => {
    const { runtime, clock } = world();
    const ask = (_host: string, how: 'fail' | 'hang' | 'answer') => {
      if (how === 'fail') return Promise.reject(new Boom('x'));
      return how === 'hang' ? clock.sleep(100) : Promise.resolve();
    };
    const key = (host: string) => host;
    const call = protect(ask, { adaptiveThrottle: { key, maxKeys: 2, minimumCalls: 0 } }, { runtime, id: 'A.ask' });
    await cameTo(call('failing', 'fail'));
    const slow = watch(call('slow', 'hang'));
    for (let n = 0; n < 20; n++) await call(`key ${n}`, 'answer');
    expect(await cameTo(call('failing', 'answer'))).toEqual(refused);
    const living = () => [...(runtime.throttles.keyed('A.ask')?.entries() ?? [])].length;
    expect([living(), runtime.throttles.stats()['A.ask']]).toEqual([
      2,
      expect.objectContaining({ requests: 22, accepts: 20, refused: 1 }),
    ]);
    await clock.advance(100);
    await call('another', 'answer');
    expect([slow.state, runtime.throttles.stats()['A.ask']?.requests]).toEqual(['resolved', 23]);
  });
});

describe('the throttles of a runtime', () => {
  it('can be seen by their names', async () => {
    const { runtime, search } = world();
    await cameTo(search().find(true));
    await cameTo(search().find(true));
    expect(runtime.throttles.stats()).toMatchObject({
      search: { requests: 2, accepts: 0, refused: 0, rejectionRate: 2 / 3 },
    });
    expect(runtime.throttles.find('unknown')).toBeUndefined();
    expect(runtime.throttles.get('search').name).toBe('search');
  });

  it('forget everything when they are reset, and calls under way say nothing afterwards', async () => {
    const { runtime, clock } = world();
    const call = protect(
      () => clock.sleep(10).then(() => Promise.reject(new Boom('late'))),
      { adaptiveThrottle: { minimumCalls: 0 } },
      { runtime, id: 'A.b' },
    );
    const throttle = runtime.throttles.get('A.b');
    watch(call());
    await clock.advance(10);
    expect(throttle.rejectionRate).toBe(1 / 2);
    throttle.reset();
    expect(throttle.stats).toEqual({ requests: 0, accepts: 0, refused: 0, rejectionRate: 0 });
    watch(call());
    throttle.reset();
    await clock.advance(10);
    expect([throttle.stats.requests, throttle.isBusy]).toEqual([0, false]);
    watch(call());
    await clock.advance(10);
    expect([throttle.stats.requests, throttle.totals]).toEqual([1, { passed: 3, refused: 0 }]);
  });

  it('take other options while they are in use, and keep what they know unless the window is another', async () => {
    const { runtime, search } = world();
    runtime.prepare(Search);
    const throttle = runtime.throttles.get('search');
    await cameTo(search().find(true));
    await cameTo(search().find(true));
    throttle.change({ maxRejectionRate: 0.25 });
    expect(throttle.rejectionRate).toBe(0.25);
    throttle.change({ minimumCalls: 3 });
    expect(throttle.rejectionRate).toBe(0);
    throttle.change({ minimumCalls: 0, window: '1m' });
    expect(throttle.rejectionRate).toBe(0.25);
    throttle.change({ window: '30s' });
    expect(throttle.stats).toEqual({ requests: 0, accepts: 0, refused: 0, rejectionRate: 0 });
    throttle.change({ successThreshold: 0.07 });
    expect(throttle.summary).toBe('refuses up to 25 % while fewer than 7 % succeed in 30000 ms');
  });
});
