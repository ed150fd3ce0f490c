import { describe, expect, it } from 'vitest';
import {
  type AsyncMethodDecorator,
  Fallback,
  InvalidOptionsError,
  Resilient,
  Retry,
  Timeout,
} from '../../decorators/index.js';
import { testRuntime } from '../../src/testing/index.js';

/** Calls a decorator the way compiled code does, for uses that TypeScript refuses. */
const loose = (decorator: unknown) => decorator as (...use: any[]) => any;

describe('a decorator above something else', () => {
  it.each([
    ['a field in legacy mode', [{}, 'field'], '@Retry stands above the field field, but protects async methods only'],
    [
      'an accessor in legacy mode',
      [{}, 'size', { get: () => 1 }],
      '@Retry stands above the accessor size, but protects async methods only',
    ],
    ['a class in legacy mode', [class Service {}], '@Retry stands above a class, but protects async methods only'],
    [
      'a field in standard mode',
      [undefined, { kind: 'field', name: 'field' }],
      '@Retry stands above the field field, but protects async methods only',
    ],
    [
      'a getter in standard mode',
      [() => 1, { kind: 'getter', name: 'size' }],
      '@Retry stands above the getter size, but protects async methods only',
    ],
    [
      'a class in standard mode',
      [class Service {}, { kind: 'class', name: 'Service' }],
      '@Retry stands above the class Service, but protects async methods only',
    ],
    ['nothing at all', [], '@Retry stands above undefined, but protects async methods only'],
  ])('refuses %s', (_what, use, message) => {
    expect(() => loose(Retry())(...use)).toThrow(new TypeError(message));
  });

  it('refuses a generator', () => {
    class Service {
      *items() {
        yield 1;
      }
      async *pages() {
        yield 1;
      }
    }
    const { items, pages } = Service.prototype;
    expect(() => loose(Retry())(Service.prototype, 'items', { value: items })).toThrow(
      '@Retry protects methods that return a promise, but items is a generator',
    );
    expect(() => loose(Retry())(Service.prototype, 'pages', { value: pages })).toThrow(
      '@Retry protects methods that return a promise, but pages is a generator',
    );
  });

  it('refuses one kind twice, at the second decorator', () => {
    const declare = () => {
      class Service {
        @Retry(2)
        @Timeout('1s')
        @Retry(3)
        async run(): Promise<void> {}
      }
      return Service;
    };
    expect(declare).toThrow('@Retry stands twice on run: one of a kind is enough, whatever the order');
  });

  it('refuses a class without protected methods', () => {
    const declare = () => {
      @Resilient({ retry: 2 })
      class Service {
        async run(): Promise<void> {}
      }
      return Service;
    };
    expect(declare).toThrow('@Resilient stands above Service, which declares no method with a Holdfast decorator');
  });
});

describe('wrong options', () => {
  it.each([
    [() => Retry({ maxAttempts: 0 }), '@Retry: maxAttempts must be a whole number from 1 to 100, but got 0'],
    [() => Retry(-3), '@Retry: maxAttempts must be a whole number from 1 to 100, but got -3'],
    [
      () => Retry({ delay: -1 }),
      "@Retry: delay must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got -1",
    ],
    [
      () => Retry({ delay: '100' as never }),
      "@Retry: delay must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got '100'",
    ],
    [
      () => Retry({ jitter: -1 }),
      "@Retry: jitter must be one of 'full', 'equal', 'none', a ratio from 0 to 1, or a duration with a unit such as '50ms', but got -1",
    ],
    [() => Retry({ multiplier: 0.5 }), '@Retry: multiplier must be a number of at least 1, but got 0.5'],
    [
      () => Retry({ backoff: [] }),
      "@Retry: backoff must be one of 'exponential', 'constant', 'linear', 'fibonacci', 'decorrelated', a list of durations, or a function, but got []",
    ],
    [
      () => Retry({ on: 5 as never }),
      '@Retry: on must be an error class, a code, a predicate, or a list of them, but got 5',
    ],
    [
      () => Timeout({ attempt: '-1s' as never }),
      "@Timeout: attempt must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m') or a function that returns one, but got '-1s'",
    ],
    [() => Retry({ tries: 3 } as never), '@Retry: tries is no option; it takes enabled, maxAttempts, backoff'],
    [() => Retry('3' as never), "@Retry takes an object of options, but got '3'"],
    [
      () => Resilient('unknown' as never),
      "@Resilient: preset must be one of standard, interactive, background, but got 'unknown'",
    ],
    [() => Resilient({ rety: 3 } as never), '@Resilient: rety is no kind of policy; there are '],
    [() => Resilient({ order: ['retry', 'retry'] }), '@Resilient: order must list places, each once: fallback, '],
    [
      () => Resilient({ id: '1st' }),
      "@Resilient: id must be a name: a letter, then letters, digits, _ . : or -, but got '1st'",
    ],
  ])('%s', (declare, message) => {
    expect(declare).toThrow(InvalidOptionsError);
    expect(declare).toThrow(message);
  });

  it('point at the line of the user', () => {
    try {
      Retry({ maxAttempts: 0 });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack?.split('\n')[1]).toContain('misuse.test');
    }
  });

  it('found only when layers are merged name the method', () => {
    class Service {
      @Retry({ delay: 1000, maxDuration: 500 })
      async run(): Promise<void> {}
      @Fallback({ method: 'backup' })
      async other(): Promise<void> {}
      async backup(): Promise<void> {}
    }
    const { runtime } = testRuntime();
    expect(() => runtime.prepare(Service)).toThrow(
      'Service.run: @Retry: delay must not be above maxDuration (500 ms): no second attempt could ever start, but got 1000',
    );
  });

  it('name a fallback method that is missing', () => {
    const Anything = Fallback as (options: object) => AsyncMethodDecorator;
    class Service {
      @Anything({ method: 'nowhere' })
      async run(): Promise<void> {}
    }
    expect(() => testRuntime().runtime.prepare(Service)).toThrow(
      "Service.run: @Fallback: method must name a public method of the class, but got 'nowhere'",
    );
  });

  it('refuses an id on a method', () => {
    const declare = () => {
      class Service {
        @Resilient({ id: 'orders' })
        async run(): Promise<void> {}
      }
      return Service;
    };
    expect(declare).toThrow("@Resilient: id names a class, and stands above one, but got 'orders'");
  });
});
