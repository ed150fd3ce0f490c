import { AssertionError } from 'node:assert';
import {
  Cached,
  CircuitBreaker,
  definePolicy,
  Fallback,
  InvalidOptionsError,
  option,
  protect,
  Retry,
  Timeout,
} from 'holdfast';
import { memoryStore } from 'holdfast/stores';
import { assertPipeline, type ExpectedPipelines, pipelineOf, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

class Away extends Error {}

const isEmpty = (answer: unknown) => answer === '';

class Payments {
  @Fallback({ value: { paid: false } })
  @Retry({ maxAttempts: 4, on: [Away, TypeError], whenResult: isEmpty, delay: '2s' })
  @CircuitBreaker('bank')
  @Timeout({ attempt: '1s', total: '1m' })
  async charge(): Promise<unknown> {
    return 1;
  }

  @Cached({ ttl: '1m', store: memoryStore(), scope: 'class' })
  async refund(): Promise<void> {}

  @Retry()
  async open(): Promise<void> {}

  @Timeout('1s')
  static async open(): Promise<void> {}

  @Timeout('1s')
  static async close(): Promise<void> {}
}

/** The rule that an assertion breaks, in words; undefined when it passes. */
function complaint(expected: unknown, subject: object = Payments): string | undefined {
  try {
    assertPipeline(subject, expected as ExpectedPipelines);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(AssertionError);
    return (error as Error).message;
  }
}

describe('pipelineOf()', () => {
  it('describes each method as plain data, outermost policy first', () => {
    expect(pipelineOf(Payments)).toEqual({
      charge: [
        { place: 'fallback', options: { value: { paid: false } } },
        { place: 'timeout.total', options: { total: 60_000 } },
        {
          place: 'retry',
          options: {
            maxAttempts: 4,
            on: ['[class Away]', '[class TypeError]'],
            whenResult: '[function isEmpty]',
            delay: 2000,
          },
        },
        { place: 'circuitBreaker', options: { name: 'bank' } },
        { place: 'timeout.attempt', options: { attempt: 1000 } },
      ],
      refund: [{ place: 'cached', options: { ttl: 60_000, store: '[MemoryStore]', scope: 'class' } }],
      open: [{ place: 'retry', options: {} }],
      'static open': [{ place: 'timeout.attempt', options: { attempt: 1000 } }],
      close: [{ place: 'timeout.attempt', options: { attempt: 1000 } }],
    });
  });

  it('is equal for equal protection, however it was written', () => {
    const policies = { retry: { delay: '2s', on: Away }, timeout: '1m' } as const;
    const same = { timeout: { attempt: 60_000 }, retry: { on: Away, delay: 2000 } };
    const [one, other] = [protect(async () => 1, policies), protect(async () => 2, same)];

    expect(pipelineOf(one)).toEqual(pipelineOf(other));
    expect(pipelineOf(one)).not.toEqual(pipelineOf(protect(async () => 1, { ...policies, timeout: '2m' })));
  });

  it('keeps methods apart whose symbols share a name', () => {
    const [one, other] = [Symbol('pay'), Symbol('pay')];
    class Shop {
      @Retry()
      async [one](): Promise<void> {}
      @Timeout('1s')
      async [other](): Promise<void> {}
    }

    expect(Object.entries(pipelineOf(Shop)).map(([name, [policy]]) => [name, policy?.place])).toEqual([
      ['[pay]', 'retry'],
      ['[pay]#2', 'timeout.attempt'],
    ]);
    expect(complaint({ '[pay]': ['retry'], '[pay]#2': ['timeout.attempt'] }, Shop)).toBeUndefined();
    expect(complaint({ '[pay]': ['retry'], '[pay]#2': ['retry'] }, Shop)).toContain('not protected as expected');
  });

  it('is data to the bottom: it outlives JSON', () => {
    const description = pipelineOf(Payments);

    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('reads well as a snapshot', () => {
    expect(pipelineOf(Payments).charge?.slice(2, 4)).toMatchInlineSnapshot(`
      [
        {
          "options": {
            "delay": 2000,
            "maxAttempts": 4,
            "on": [
              "[class Away]",
              "[class TypeError]",
            ],
            "whenResult": "[function isEmpty]",
          },
          "place": "retry",
        },
        {
          "options": {
            "name": "bank",
          },
          "place": "circuitBreaker",
        },
      ]
    `);
  });

  it('names what is no data', () => {
    const around: Record<string, unknown> = { at: new Date(5), by: /a+/i, error: new Away('gone'), tag: Symbol('t') };
    around.self = around;
    const value = [
      around,
      (
        () => () =>
          1
      )(),
      new (class {})(),
      Object.create(null),
      5n,
    ];

    expect(pipelineOf(protect(async () => value, { fallback: { value } }, { id: 'get' })).get?.[0]?.options).toEqual({
      value: [
        { at: '[Date]', by: '/a+/i', error: '[Away: gone]', tag: 'Symbol(t)', self: '[circular]' },
        '[function]',
        '[object]',
        {},
        5n,
      ],
    });
  });

  it('describes what the runtime of an instance leaves, or that which is given', () => {
    const { runtime } = testRuntime({ without: ['retry', 'fallback', 'circuitBreaker'] });
    const payments = new Payments();
    runtime.bind(payments);
    const places = ['timeout.total', 'timeout.attempt'];

    expect(pipelineOf(payments).charge?.map(({ place }) => place)).toEqual(places);
    expect(pipelineOf(Payments, { runtime }).charge?.map(({ place }) => place)).toEqual(places);
  });

  it('refuses what is not protected', () => {
    expect(() => pipelineOf(class {})).toThrow(InvalidOptionsError);
  });
});

describe('assertPipeline()', () => {
  it.each<[string, ExpectedPipelines]>([
    ['places alone', { open: ['retry'], 'static open': ['timeout.attempt'] }],
    [
      'some options',
      {
        charge: [
          { place: 'fallback' },
          'timeout.total',
          { place: 'retry', options: { maxAttempts: 4 } },
          'circuitBreaker',
          { place: 'timeout.attempt', options: {} },
        ],
      },
    ],
    ['durations as text', { close: [{ place: 'timeout.attempt', options: { attempt: '1s' } }] }],
    ['durations as numbers', { close: [{ place: 'timeout.attempt', options: { attempt: 1000 } }] }],
    ['objects by name', { refund: [{ place: 'cached', options: { ttl: '60s', store: '[MemoryStore]' } }] }],
    ['matchers', { close: [{ place: 'timeout.attempt', options: { attempt: expect.any(Number) } }] }],
    ['a whole description', pipelineOf(Payments)],
  ])('accepts %s', (_, expected) => {
    expect(complaint(expected)).toBeUndefined();
  });

  it('compares functions and classes by their names', () => {
    const call = protect(async () => 1, { retry: { on: [Away], whenResult: isEmpty } });
    const named = { isEmpty: () => true };

    expect(complaint([{ place: 'retry', options: { on: [Away], whenResult: named.isEmpty } }], call)).toBeUndefined();
    expect(complaint([{ place: 'retry', options: { on: [TypeError] } }], call)).toContain(
      "retry: on[0]: expected '[class TypeError]', got '[class Away]'",
    );
  });

  it('compares durations in whatever unit, in lists too, and where a text stays one', () => {
    const call = protect(async () => 1, {
      retry: { backoff: ['1s', '2s'] },
      circuitBreaker: { failureRate: 0.5, window: '60s' },
    });
    const policies = (wait: string, window: string) => [
      { place: 'retry', options: { backoff: [1000, wait] } },
      { place: 'circuitBreaker', options: { window } },
    ];

    expect(complaint(policies('2000ms', '1m'), call)).toBeUndefined();
    expect(complaint(policies('3s', '1m'), call)).toContain("retry: backoff[1]: expected '3s', got 2000");
    expect(complaint(policies('2s', '2m'), call)).toContain("circuitBreaker: window: expected '2m', got '60s'");
  });

  it('does not take a number for a duration where a bare number means something else', () => {
    const call = protect(async () => 1, { circuitBreaker: { failureRate: 0.5, window: '60s' } });

    expect(complaint([{ place: 'circuitBreaker', options: { window: 60_000 } }], call)).toContain(
      "circuitBreaker: window: expected 60000, got '60s'",
    );
  });

  it.each<[unknown]>([
    [{ place: 'retry', option: { maxAttempts: 9 } }],
    [{ place: 'retry', maxAttempts: 9 }],
    [{ place: 'retry', options: 9 }],
    [{ place: 'retry', options: [] }],
    [{ place: 'retry', options: null }],
    [{ options: {} }],
    [null],
  ])('refuses %j in the place of a policy', (policy) => {
    expect(() => assertPipeline(Payments, { open: [policy as string] })).toThrow(
      'assertPipeline(): expected must be a list of places, or of objects with nothing but a place and options',
    );
  });

  it('says which policies are there instead', () => {
    expect(complaint({ open: ['timeout.attempt', 'retry'], close: [] })).toBe(
      [
        'Payments.open is not protected as expected:',
        '  expected timeout.attempt → retry → method',
        '  got      retry → method',
        'Payments.close is not protected as expected:',
        '  expected method',
        '  got      timeout.attempt → method',
      ].join('\n'),
    );
  });

  it('says which options are others', () => {
    expect(complaint({ open: [{ place: 'retry', options: { maxAttempts: 3, delay: '1s' } }] })).toBe(
      [
        'Payments.open is not protected as expected:',
        '  retry: maxAttempts: expected 3, got undefined',
        "  retry: delay: expected '1s', got undefined",
      ].join('\n'),
    );
  });

  it('looks in the runtime that is given', () => {
    const { runtime } = testRuntime({ only: ['circuitBreaker'] });

    expect(() => assertPipeline(Payments, { charge: ['circuitBreaker'] }, { runtime })).not.toThrow();
    expect(() => assertPipeline(Payments, { charge: ['circuitBreaker'] })).toThrow(AssertionError);
  });

  it('points at the line of the test', () => {
    try {
      assertPipeline(Payments, { open: [] });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack?.split('\n    at ')[1]).toContain('pipelines.test.ts');
    }
  });

  it.each<[unknown, string]>([
    [
      { chrge: [] },
      "expected names a method that is not protected; there are charge, refund, open, static open, close, but got 'chrge'",
    ],
    [['retry'], 'expected must say of which method: there are charge, refund'],
    [{}, 'expected must be lists of policies by method, or one list, but got {}'],
    [undefined, 'expected must be lists of policies by method, or one list, but got undefined'],
    [
      { open: 'retry' },
      "expected must be a list of places, or of objects with nothing but a place and options, but got 'retry'",
    ],
    [
      { open: [{ kind: 'retry' }] },
      'expected must be a list of places, or of objects with nothing but a place and options',
    ],
    [{ open: ['rety'] }, "expected names no place where a policy stands by 'rety': is it retry?"],
    [{ open: ['Retry'] }, "by 'Retry': is it retry?"],
    [{ close: ['timeout'] }, "by 'timeout': is it timeout.total or timeout.attempt?"],
    [{ open: ['retry', { place: 'circuit' }] }, "by 'circuit': is it circuitBreaker?"],
    [{ open: ['ratelimit'] }, "by 'ratelimit': is it rateLimit?"],
    [
      { open: [{ place: 'retry', options: { maxAttempt: 4 } }] },
      "expected names no option of retry by 'maxAttempt'; it takes enabled, maxAttempts, ",
    ],
    [{ close: [{ place: 'timeout.attempt', options: { limit: 4 } }] }, "names no option of timeout.attempt by 'limit'"],
    [{ open: [{ place: 'hedge', options: { dely: 4 } }] }, "names no option of hedge by 'dely'"],
    [{ open: [null] }, 'expected must be a list of places, or of objects with nothing but a place and options'],
  ])('refuses %j', (expected, message) => {
    const asserting = () => assertPipeline(Payments, expected as ExpectedPipelines);
    expect(asserting).toThrow(InvalidOptionsError);
    expect(asserting).toThrow(/^assertPipeline\(\): /);
    expect(asserting).toThrow(message);
  });

  it('takes the places of kinds that are not ours, though they read like one of ours where they stand', () => {
    const Retried = definePolicy({
      kind: 'retried',
      before: 'retry',
      options: option.options<object>()('@Retried', {}),
      create: () => ({ summary: 'passes calls on', wrap: (next) => (call) => next(call) }),
    });
    const Retri = definePolicy({
      kind: 'retri',
      before: 'retry',
      options: option.options<object>()('@Retri', {}),
      create: () => ({ summary: 'passes calls on', wrap: (next) => (call) => next(call) }),
    });
    class Stock {
      @Retri()
      @Retried()
      async level(): Promise<void> {}
    }

    expect(complaint(['retri', 'retried'], Stock)).toBeUndefined();
    expect(complaint({ open: ['retried'] })).toContain('expected retried → method');
    expect(() => assertPipeline(Payments, { open: ['retri'] })).toThrow("by 'retri': is it retry?");
  });
});
