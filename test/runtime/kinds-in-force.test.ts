import {
  AdaptiveThrottle,
  CircuitOpenError,
  currentCall,
  definePolicy,
  explain,
  Fallback,
  type GivenPolicies,
  InvalidOptionsError,
  option,
  protect,
  Resilient,
  Retry,
  Runtime,
  Timeout,
} from 'holdfast';
import { flaky, protectForTest, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

const options = option.options<{ readonly label?: string }>()('@Quarantine', {
  label: option.optional(option.name(), 'usual'),
});
const Quarantine = definePolicy({
  kind: 'quarantine',
  before: 'retry',
  options,
  create: () => ({ summary: 'kept apart', wrap: (next) => next }),
});

@Resilient({ circuitBreaker: { failureThreshold: 1 } })
class Shop {
  orders = 0;
  signal: AbortSignal | undefined;

  @Fallback({ value: 'a substitute' })
  @Retry({ delay: 0 })
  @Quarantine()
  @Timeout({ attempt: '1s', total: '5s' })
  async order(): Promise<unknown> {
    this.orders++;
    throw new TypeError('away');
  }

  @Timeout('1s')
  async wait(_signal?: AbortSignal): Promise<unknown> {
    this.signal = currentCall()?.signal;
    return new Promise(() => {});
  }
}

function shop(given: Parameters<typeof testRuntime>[0]) {
  const world = testRuntime(given);
  const shop = new Shop();
  world.runtime.bind(shop);
  const kinds = () => explain(shop)[0]?.nesting.map(({ place }) => place);
  return { ...world, shop, kinds };
}

describe('every choice of kinds', () => {
  const policies = {
    fallback: { value: 'a substitute' },
    cached: { ttl: '1m', staleFor: '5m' },
    timeout: { attempt: '1s', total: '1m' },
    retry: { delay: 10 },
    circuitBreaker: { failureThreshold: 5 },
    bulkhead: 5,
  } as const satisfies GivenPolicies;
  const kinds = Object.keys(policies);
  const choices = Array.from({ length: 2 ** kinds.length }, (_, choice) =>
    kinds.filter((_, bit) => choice & (2 ** bit)),
  );
  const nesting = (call: object) => explain(call)[0]?.nesting.map(({ place, kind }) => ({ place, kind }));
  const all = nesting(protectForTest(async () => 1, policies).call)!;

  it('leaves the others where they stand, and working', async () => {
    expect(all).toHaveLength(7);
    for (const only of choices) {
      const method = flaky.failing(1, 'an order');
      const without = kinds.filter((kind) => !only.includes(kind));
      const [one, other] = [{ only }, { without }].map((choice) => protectForTest(method, policies, choice));
      const failed = only.includes('fallback') ? 'a substitute' : 'failed';
      const expected = only.includes('retry') ? 'an order' : failed;
      const outcome = await one!.clock.runUntil(one!.call().catch(() => 'failed'));

      expect([only, nesting(one!.call)]).toEqual([only, all.filter(({ kind }) => only.includes(kind))]);
      expect(nesting(other!.call)).toEqual(nesting(one!.call));
      expect([only, outcome, one!.clock.pending]).toEqual([only, expected, 0]);
    }
  });
});

describe('a runtime without some kinds of policies', () => {
  it('has all of them when nothing is said', () => {
    expect(shop({}).kinds()).toEqual([
      'fallback',
      'timeout.total',
      'quarantine',
      'retry',
      'circuitBreaker',
      'timeout.attempt',
    ]);
  });

  it.each<[Parameters<typeof testRuntime>[0], string[]]>([
    [{ without: ['retry', 'timeout'] }, ['fallback', 'quarantine', 'circuitBreaker']],
    [{ without: ['quarantine', 'fallback'] }, ['timeout.total', 'retry', 'circuitBreaker', 'timeout.attempt']],
    [{ without: ['hedge'] }, ['fallback', 'timeout.total', 'quarantine', 'retry', 'circuitBreaker', 'timeout.attempt']],
    [{ without: [] }, ['fallback', 'timeout.total', 'quarantine', 'retry', 'circuitBreaker', 'timeout.attempt']],
    [{ only: ['retry', 'quarantine'] }, ['quarantine', 'retry']],
    [{ only: ['timeout'] }, ['timeout.total', 'timeout.attempt']],
    [{ only: [] }, []],
    [{ without: 'all' }, []],
  ])('%j leaves %j', (given, kinds) => {
    expect(shop(given).kinds()).toEqual(kinds);
  });

  it('does what those that are left do, and no more', async () => {
    const without = shop({ without: ['retry', 'circuitBreaker'] });
    expect(await without.shop.order()).toBe('a substitute');
    expect(await without.shop.order()).toBe('a substitute');
    expect(without.shop.orders).toBe(2);

    const only = shop({ only: ['retry', 'circuitBreaker'] });
    await expect(only.shop.order()).rejects.toBeInstanceOf(CircuitOpenError);
    expect(only.shop.orders).toBe(1);
  });

  it('calls straight through without any, Fallback too, with events, counters and `this`', async () => {
    const { shop: bare, runtime, events } = shop({ without: 'all' });
    await expect(bare.order()).rejects.toThrow('away');

    expect(bare.orders).toBe(1);
    expect(events.names).toEqual(['call.started', 'call.attempted', 'call.failed']);
    expect([...runtime.methods()]).toMatchObject([{ site: 'Shop.order', kinds: [], stats: { calls: 1, failures: 1 } }]);
    expect(runtime.circuits.find('Shop.order')).toBeUndefined();
  });

  it('lets callers leave a call that has no policies, and the method hear of it', async () => {
    const { shop: bare } = shop({ without: 'all' });
    const leaving = new AbortController();
    const waiting = bare.wait(leaving.signal);
    leaving.abort(new RangeError('enough'));

    await expect(waiting).rejects.toThrow('enough');
    expect(bare.signal?.reason).toEqual(new RangeError('enough'));
  });

  it('has no time limit where Timeout is left out', async () => {
    const { shop: bare, clock, events } = shop({ without: ['timeout'] });
    void bare.wait();
    await clock.advance(3_600_000);

    expect(clock.pending).toBe(0);
    expect(events.names).not.toContain('timeout.struck');
  });

  it('holds for protected functions as well', () => {
    const { runtime } = testRuntime({ without: ['retry'] });
    const call = protect(async () => 1, { retry: 2, timeout: 5 }, { runtime });

    expect(explain(call)[0]?.nesting.map(({ kind }) => kind)).toEqual(['timeout']);
  });

  it('keeps to the list as it was given', () => {
    const without = ['retry'];
    const { runtime } = testRuntime({ without });
    without.push('timeout');
    const call = protect(async () => 1, { retry: 2, timeout: 5 }, { runtime });

    expect(explain(call)[0]?.nesting.map(({ kind }) => kind)).toEqual(['timeout']);
  });

  it('still refuses kinds that never stand together, whatever is left of them', () => {
    @Resilient({ circuitBreaker: {} })
    class Shop {
      @AdaptiveThrottle()
      async order(): Promise<void> {}
    }
    const { runtime } = testRuntime({ without: 'all' });

    expect(() => runtime.prepare(Shop)).toThrow('stands beside');
  });

  it.each<[object, string]>([
    [
      { without: ['rety'] },
      "Runtime: without names no kind of policy by 'rety'; there are adaptiveThrottle, bulkhead, ",
    ],
    [{ without: ['retry', undefined] }, 'Runtime: without names no kind of policy by undefined; there are '],
    [{ without: ['timeout.total'] }, "Runtime: without names no kind of policy by 'timeout.total'; there are "],
    [{ without: 'retry' }, "Runtime: without must be 'all', or a list of kinds, but got 'retry'"],
    [{ without: true }, "Runtime: without must be 'all', or a list of kinds, but got true"],
    [{ only: 'all' }, "Runtime: only must be a list of kinds, but got 'all'"],
    [{ only: ['Retry'] }, "Runtime: only names no kind of policy by 'Retry'; there are "],
    [
      { only: ['retry'], without: ['timeout'] },
      "Runtime: only does not go together with without: give one of the two, but got [ 'retry' ]",
    ],
  ])('refuses %j', (given, message) => {
    expect(() => new Runtime(given)).toThrow(InvalidOptionsError);
    expect(() => new Runtime(given)).toThrow(message);
  });

  it('knows the kinds from outside by name, in its errors too', () => {
    expect(() => new Runtime({ without: ['rety'] })).toThrow(/timeout, .*quarantine/);
  });
});
