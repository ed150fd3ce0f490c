import {
  definePolicy,
  explain,
  type GivenPolicies,
  InvalidOptionsError,
  type Next,
  option,
  protect,
  Resilient,
  Retry,
  type Runtime,
} from 'holdfast';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

/** The options of each policy around a function, by place. */
function optionsOf(policies: GivenPolicies) {
  const { runtime } = testRuntime();
  const [explained] = explain(protect(async () => 1, policies, { runtime }));
  return Object.fromEntries(explained!.nesting.map(({ place, options }) => [place, options]));
}

const last = Symbol('last');
const isBad = (result: unknown) => result === 0;

describe('the options that explain() tells', () => {
  it('are those that were given, without defaults', () => {
    expect(optionsOf({ retry: {}, bulkhead: 5, circuitBreaker: 'shop' })).toEqual({
      retry: {},
      bulkhead: { maxConcurrent: 5 },
      circuitBreaker: { name: 'shop' },
    });
  });

  it('have durations in milliseconds, in lists and objects too', () => {
    expect(optionsOf({ retry: { delay: '2s', maxDelay: 500, backoff: ['1s', 20, '1m'] } }).retry).toEqual({
      delay: 2000,
      maxDelay: 500,
      backoff: [1000, 20, 60_000],
    });
    expect(
      optionsOf({ circuitBreaker: { openFor: { initial: '1s', multiplier: 2, max: '1m' } } }).circuitBreaker,
    ).toEqual({ openFor: { initial: 1000, multiplier: 2, max: 60_000 } });
    expect(
      optionsOf({
        rateLimit: {
          limits: [
            { limit: 5, per: '1s' },
            { limit: 100, per: 60_000 },
          ],
        },
      }).rateLimit,
    ).toEqual({
      limits: [
        { limit: 5, per: 1000 },
        { limit: 100, per: 60_000 },
      ],
    });
  });

  it('keep a duration as text where a bare number means something else', () => {
    expect(optionsOf({ circuitBreaker: { failureRate: 0.5, window: '60s' } }).circuitBreaker).toMatchObject({
      window: '60s',
    });
    expect(optionsOf({ retry: { jitter: '50ms' } }).retry).toEqual({ jitter: '50ms' });
  });

  it('keep words, and whatever is no option of time', () => {
    const value = { wait: '2s' };
    expect(optionsOf({ fallback: { value }, retry: { backoff: 'linear' } })).toEqual({
      fallback: { value },
      retry: { backoff: 'linear' },
    });
  });

  it('are the same functions, classes and objects', () => {
    const { retry } = optionsOf({ retry: { on: [TypeError], whenResult: isBad } });
    expect(retry?.whenResult).toBe(isBad);
    expect(retry?.on).toEqual([TypeError]);
  });

  it('are the same instances, however they were read', () => {
    const options = option.options<{ readonly at?: URL }>()('@Placed', {
      at: option.maybe(option.read((at: URL) => ({ host: at.host }), 'must be a URL')),
    });
    const create = () => ({ summary: '', wrap: (next: Next) => next });
    const Placed = definePolicy({ kind: 'placed', before: 'retry', options, create });
    const at = new URL('https://example.com');
    class Shop {
      @Placed({ at })
      async order(): Promise<void> {}
    }

    expect(explain(Shop)[0]?.nesting[0]?.options.at).toBe(at);
  });

  it('may contain themselves', () => {
    const value: Record<string, unknown> = { wait: '2s' };
    value.self = value;
    expect(optionsOf({ fallback: { value } }).fallback?.value).toBe(value);
  });

  it('are those of the place alone where a kind has several', () => {
    const onTimeout = () => undefined;
    expect(optionsOf({ timeout: { attempt: '1s', total: '5s', onTimeout } })).toEqual({
      'timeout.total': { total: 5000, onTimeout },
      'timeout.attempt': { attempt: 1000, onTimeout },
    });
  });

  it('cannot be changed through what is told', () => {
    const { runtime } = testRuntime();
    const call = protect(async () => 1, { retry: { backoff: ['1s'] } }, { runtime });
    const [first] = explain(call);
    (first!.nesting[0]!.options.backoff as number[]).push(5);

    expect(explain(call)[0]?.nesting[0]?.options).toEqual({ backoff: [1000] });
  });

  it('are merged from all layers', () => {
    @Resilient({ retry: { maxAttempts: 5, delay: '1s' } })
    class Shop {
      @Retry({ delay: '2s' })
      async order(): Promise<void> {}
    }
    expect(explain(Shop)[0]?.nesting[0]?.options).toEqual({ maxAttempts: 5, delay: 2000 });
  });
});

describe('explain()', () => {
  class Shop {
    @Retry()
    async order(): Promise<void> {}
    @Retry()
    static async open(): Promise<void> {}
    @Retry()
    async [last](): Promise<void> {}
  }

  it('names each method, and tells static ones', () => {
    const methods = explain(Shop).map(({ method, isStatic }) => [method, isStatic]);
    expect(methods).toEqual([
      ['order', false],
      ['[last]', false],
      ['open', true],
    ]);
    for (const site of ['quote', 'quote#2'])
      expect(explain(protect(async () => 1, {}, { id: 'quote' }))).toMatchObject([{ site, method: 'quote' }]);
  });

  it('looks in the runtime that is given, where there is no other', () => {
    const { runtime } = testRuntime({ without: ['retry'] });
    const bound = new Shop();
    testRuntime().runtime.bind(bound);

    expect(explain(Shop, { runtime })[0]?.nesting).toEqual([]);
    expect(explain(new Shop(), { runtime })[0]?.nesting).toEqual([]);
    expect(explain(bound, { runtime })[0]?.nesting).toHaveLength(1);
    expect(explain(Shop)[0]?.nesting).toHaveLength(1);
    expect([...runtime.methods()].map(({ site }) => site)).toContain('Shop.open');
  });

  it('refuses what is no runtime', () => {
    expect(() => explain(Shop, { runtime: {} as Runtime })).toThrow(InvalidOptionsError);
    expect(() => explain(Shop, { runtime: {} as Runtime })).toThrow('explain(): runtime must be a Runtime, but got {}');
    const { runtime } = testRuntime();
    expect(() => explain(Shop, runtime as object)).toThrow('is no option; it takes runtime');
    expect(() => explain(Shop, { runtme: runtime } as object)).toThrow(
      'explain(): runtme is no option; it takes runtime',
    );
  });
});
