import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bulkhead, Resilient, Retry } from '../../decorators/index.js';
import { explain, protect, Runtime, setDefaultRuntime } from '../../src/runtime/index.js';
import { flaky, settle, testRuntime, watch } from '../../src/testing/index.js';

let { runtime } = testRuntime();
const sites = () => [...runtime.methods()].map(({ site }) => site);

beforeEach(() => {
  ({ runtime } = testRuntime());
  setDefaultRuntime(runtime);
});
afterEach(() => setDefaultRuntime(undefined));

describe('state of a class', () => {
  // Such state was kept by the class's name: two classes whose names a minifier had made equal shared it.
  it('belongs to the class, not to its name', async () => {
    const make = () => {
      class Twin {
        @Bulkhead({ scope: 'class', maxConcurrent: 1 })
        async run(): Promise<void> {
          return new Promise(() => {});
        }
        @Bulkhead({ scope: 'class' })
        static async open(): Promise<void> {
          return new Promise(() => {});
        }
      }
      return Twin;
    };
    const [One, Other] = [make(), make()];
    const calls = [new One().run(), new Other().run(), new One().run(), One.open()].map((call) => watch(call));
    await settle();
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending', 'rejected', 'rejected']);
    expect([...runtime.bulkheads.entries()].map(([name]) => name)).toEqual(['Twin', 'Twin#2']);
  });

  it('belongs to the id of the class where there is one', () => {
    @Resilient({ id: 'orders' })
    class Service {
      @Bulkhead({ scope: 'class' })
      async run(): Promise<void> {}
    }
    runtime.prepare(Service);
    expect([...runtime.bulkheads.entries()].map(([name]) => name)).toEqual(['orders']);
  });

  // Each of these had a pipeline and state of its own, which the runtime kept for good.
  it('is shared by objects that inherit from an instance', async () => {
    class Service {
      @Retry()
      async run(): Promise<string> {
        return 'ok';
      }
    }
    for (let i = 0; i < 5; i++) expect(await Object.create(Object.create(new Service())).run()).toBe('ok');
    expect(sites()).toEqual(['Service.run']);
    expect([...runtime.methods()][0]?.stats.calls).toBe(5);
  });

  it('is not split by what a static method is called on', async () => {
    class Service {
      @Retry()
      static async open(): Promise<string> {
        return 'ok';
      }
    }
    const { open } = Service;
    for (const target of [undefined, {}, {}, 5]) expect(await open.call(target as never)).toBe('ok');
    expect([...runtime.methods()].map(({ stats }) => stats.calls)).toEqual([4]);
  });

  it('is that of the subclass for statics too', async () => {
    class Base {
      @Retry()
      static async open(): Promise<void> {}
    }
    class Sub extends Base {}
    await Promise.all([Base.open(), Sub.open()]);
    expect(sites()).toEqual(['Base.open', 'Sub.open']);
  });
});

describe('a method without its instance', () => {
  it.each([undefined, null, 5, 'text', Object.create(null)])('called on %s runs all the same', async (target) => {
    class Service {
      @Retry()
      async run(this: unknown): Promise<unknown> {
        return this;
      }
    }
    expect(await Service.prototype.run.call(target)).toBe(target);
    expect(sites()).toHaveLength(1);
  });
});

describe('methods by symbol and by name', () => {
  it('are told apart, static ones too', async () => {
    const key = Symbol('key');
    class Service {
      @Retry()
      async [key](): Promise<string> {
        return 'symbol';
      }
      @Retry()
      async run(): Promise<string> {
        return 'method';
      }
      @Retry()
      static async run(): Promise<string> {
        return 'static';
      }
    }
    const service = new Service();
    expect([await service[key](), await service.run(), await Service.run()]).toEqual(['symbol', 'method', 'static']);
    expect(sites()).toEqual(['Service.[key]', 'Service.run', 'Service.run#2']);
  });
});

describe('an override without decorators', () => {
  class Base {
    @Retry()
    async run(): Promise<string> {
      return 'base';
    }
    @Retry()
    async other(): Promise<string> {
      return 'other';
    }
  }
  class Sub extends Base {
    override async run(): Promise<string> {
      return `sub of ${await super.run()}`;
    }
  }

  // The inherited declaration was prepared and explained as if it protected the override.
  it('is not prepared or explained: nothing protects it', () => {
    runtime.prepare(Sub);
    expect(sites()).toEqual(['Sub.other']);
    expect(explain(Sub).map(({ site }) => site)).toEqual(['Sub.other']);
  });

  it('reaches the protected one through super', async () => {
    expect(await new Sub().run()).toBe('sub of base');
    expect(sites()).toEqual(['Sub.run@Base']);
  });
});

describe('a mistake that is found at the first call', () => {
  // It was thrown: an async method that throws escapes every catch() behind it.
  it('rejects, and the next call finds it again', async () => {
    class Service {
      @Retry({ delay: 1000, maxDuration: 500 })
      async run(): Promise<void> {}
    }
    const service = new Service();
    const wrong = 'Service.run: @Retry: delay must not be above maxDuration (500 ms)';
    await expect(service.run()).rejects.toThrow(wrong);
    await expect(service.run()).rejects.toThrow(wrong);
    expect(sites()).toEqual([]);
  });

  it('rejects for a plain function too, in detail as well', async () => {
    const call = protect(async () => 1, { retry: { delay: 1000, maxDuration: 500 } }, { id: 'quote' });
    await expect(call()).rejects.toThrow('quote: @Retry: delay must not be above maxDuration');
    await expect(call.detailed()).rejects.toThrow('quote: @Retry: delay must not be above maxDuration');
  });

  it('is thrown at once where the runtime is given', () => {
    const use = () => protect(async () => 1, { retry: { delay: 1000, maxDuration: 500 } }, { id: 'quote', runtime });
    expect(use).toThrow('quote: @Retry: delay must not be above maxDuration');
  });
});

describe('explain', () => {
  it.each([undefined, null, 5, {}, Object.create(null), () => 1, class Plain {}])('refuses %o', (subject) => {
    expect(() => explain(subject as object)).toThrow(
      'explain() takes a class, an instance or a function that Holdfast protects, but got ',
    );
  });

  it('tells the nesting and the worst case, of a class, an instance and a function alike', () => {
    class Service {
      @Resilient({
        fallback: { value: 1 },
        retry: { maxAttempts: 3, delay: 100, jitter: 'none', retryAfter: 'ignore' },
        timeout: '2s',
      })
      async run(): Promise<number> {
        return 2;
      }
    }
    const call = protect(flaky.hanging(), { timeout: { total: '5s' }, retry: 2 }, { id: 'quote', runtime });
    const [explained] = explain(Service);
    expect(explain(new Service())).toEqual([explained]);
    expect(explained).toMatchObject({ site: 'Service.run', attempts: 3, duration: 6300 });
    expect(explained?.nesting.map(({ place }) => place)).toEqual(['fallback', 'retry', 'timeout.attempt']);
    expect(explained?.text.split('\n')).toEqual([
      'Service.run',
      '  fallback: a substitute',
      '    retry: up to 3 attempts within the budget (Service)',
      '      timeout.attempt: 2000 ms for each attempt',
      '        method',
      'at worst 3 attempts, 6300 ms',
    ]);
    expect(explain(call)).toMatchObject([{ site: 'quote', attempts: 2, duration: 5000 }]);
  });
});

describe('disposing with a patience that is none', () => {
  it.each(['soon', -1, Number.NaN])('refuses %s, before and after, and can still be done', async (drain) => {
    const own = new Runtime();
    const dispose = () => own.dispose({ drain: drain as number });
    expect(dispose).toThrow('Runtime.dispose(): drain must be a duration (');
    await own.dispose();
    expect(dispose).toThrow('Runtime.dispose(): drain must be a duration (');
  });
});
