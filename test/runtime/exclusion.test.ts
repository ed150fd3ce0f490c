import { describe, expect, it } from 'vitest';
import { AdaptiveThrottle, CircuitBreaker, explain, protect, Resilient, Retry } from '../../decorators/index.js';
import { InvalidOptionsError } from '../../src/core/index.js';
import { testRuntime } from '../../src/testing/index.js';

const beside = '@AdaptiveThrottle stands beside @CircuitBreaker on';
const choose = 'both answer the same need, choose one';

/** What is thrown, and that it is an error about options. */
function faultOf(declare: () => unknown): string {
  try {
    declare();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionsError);
    return (error as Error).message;
  }
  return expect.unreachable('nothing was thrown');
}

describe('two kinds of which one excludes the other', () => {
  it('are an error at the upper decorator, whichever that is', () => {
    const throttleOnTop = () => {
      class Service {
        @AdaptiveThrottle()
        @CircuitBreaker()
        async run(): Promise<void> {}
      }
      return Service;
    };
    const circuitOnTop = () => {
      class Service {
        @CircuitBreaker()
        @Retry()
        @AdaptiveThrottle('search')
        async run(): Promise<void> {}
      }
      return Service;
    };
    for (const declare of [throttleOnTop, circuitOnTop]) expect(faultOf(declare)).toBe(`${beside} run: ${choose}`);
  });

  it('are an error at @Resilient, above a method or a class', () => {
    const onMethod = () => {
      class Service {
        @Resilient({ adaptiveThrottle: {}, circuitBreaker: 'search' })
        async run(): Promise<void> {}
      }
      return Service;
    };
    const onClass = () => {
      @Resilient({ adaptiveThrottle: 'search', circuitBreaker: {} })
      class Service {
        @Retry()
        async run(): Promise<void> {}
      }
      return Service;
    };
    const twiceOnClass = () => {
      @Resilient({ adaptiveThrottle: 'search' })
      @Resilient({ circuitBreaker: {} })
      class Service {
        @Retry()
        async run(): Promise<void> {}
      }
      return Service;
    };
    expect(faultOf(onMethod)).toBe(`${beside} run: ${choose}`);
    expect(faultOf(onClass)).toBe(`${beside} Service: ${choose}`);
    expect(faultOf(twiceOnClass)).toBe(`${beside} Service: ${choose}`);
  });

  it('are an error of protect(), which points at its caller', () => {
    const search = async () => 1;
    const declare = () => protect(search, { adaptiveThrottle: {}, circuitBreaker: {} });
    expect(faultOf(declare)).toBe(`${beside} search: ${choose}`);
    try {
      declare();
    } catch (error) {
      expect((error as Error).stack?.split('\n')[1]).toContain('exclusion.test');
    }
  });

  const remedy = '{ circuitBreaker: false } takes away what a class or preset gives';
  const merged = `Service.run: @AdaptiveThrottle stands beside @CircuitBreaker once all layers are merged: ${choose}; ${remedy}`;

  it('are an error that names the method where only a class or a preset brings them together', () => {
    const { runtime } = testRuntime();
    const ofClass = () => {
      @Resilient({ circuitBreaker: 'search' })
      class Service {
        @AdaptiveThrottle()
        async run(): Promise<void> {}
      }
      return Service;
    };
    const ofPreset = () => {
      class Service {
        @AdaptiveThrottle()
        @Resilient('standard')
        async run(): Promise<void> {}
      }
      return Service;
    };
    for (const declared of [ofClass(), ofPreset()]) expect(faultOf(() => runtime.prepare(declared))).toBe(merged);
  });

  it('may meet where one is taken away', () => {
    @Resilient({ circuitBreaker: 'search' })
    class Service {
      @Resilient({ circuitBreaker: false })
      @AdaptiveThrottle()
      async throttled(): Promise<void> {}

      @Resilient({ circuitBreaker: false, adaptiveThrottle: {} })
      async both(): Promise<void> {}

      @Retry()
      async broken(): Promise<void> {}
    }
    @Resilient('standard')
    class Preset {
      @Resilient({ circuitBreaker: false })
      @AdaptiveThrottle()
      async throttled(): Promise<void> {}
    }
    const nestings = [Service, Preset]
      .flatMap((type) => explain(type))
      .map(({ site, nesting }) => ({
        [site]: nesting.map(({ kind }) => kind).join(),
      }));
    expect(Object.assign({}, ...nestings)).toEqual({
      'Service.throttled': 'adaptiveThrottle',
      'Service.both': 'adaptiveThrottle',
      'Service.broken': 'retry,circuitBreaker',
      'Preset.throttled': 'timeout,retry,adaptiveThrottle,timeout',
    });
  });

  it('may stand together where one of them is switched off, so that a flag can choose', () => {
    const { runtime } = testRuntime();
    const kindsWith = (throttling: boolean) => {
      const call = protect(
        async () => 1,
        { adaptiveThrottle: { enabled: throttling }, circuitBreaker: { enabled: !throttling } },
        { runtime, id: `with ${throttling}` },
      );
      return explain(call).flatMap(({ nesting }) => nesting.map(({ kind }) => kind));
    };
    expect([kindsWith(true), kindsWith(false)]).toEqual([['adaptiveThrottle'], ['circuitBreaker']]);
  });
});
