import { describe, expect, it } from 'vitest';
import { Fallback, Resilient, Retry, Timeout } from '../../decorators/index.js';
import { Boom, testRuntime } from '../../src/testing/index.js';

/** An instance in a runtime of its own. */
function bound<T extends object>(type: new () => T) {
  const { runtime, clock } = testRuntime();
  const instance = new type();
  runtime.bind(instance);
  return { instance, clock, methods: () => [...runtime.methods()] };
}

describe('a substitute of the class', () => {
  // Both were kept, and the method was refused for having two substitutes; of a list, the class’s won.
  it('gives way to the method’s own, whatever its form', async () => {
    @Resilient({ fallback: { value: 'of the class' } })
    class Service {
      @Fallback(() => 'of a function')
      async one(): Promise<string> {
        throw new Boom('x');
      }
      @Fallback({ method: 'backup' })
      async two(): Promise<string> {
        throw new Boom('x');
      }
      @Retry(1)
      async three(): Promise<string> {
        throw new Boom('x');
      }
      async backup(): Promise<string> {
        return 'of a method';
      }
    }
    const { instance } = bound(Service);
    expect([await instance.one(), await instance.two(), await instance.three()]).toEqual([
      'of a function',
      'of a method',
      'of the class',
    ]);
  });

  it('gives way as a list too', async () => {
    @Resilient({ fallback: [{ value: 'of the class' }] })
    class Service {
      @Fallback({ value: 'own' })
      async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    expect(await bound(Service).instance.run()).toBe('own');
  });

  it('keeps its conditions where the method says nothing of them', async () => {
    @Resilient({ fallback: { value: 'of the class', on: TypeError } })
    class Service {
      @Fallback({ value: 'own' })
      async run(type: new (message: string) => Error): Promise<string> {
        throw new type('x');
      }
    }
    const { instance } = bound(Service);
    expect(await instance.run(TypeError)).toBe('own');
    await expect(instance.run(Boom)).rejects.toThrow(Boom);
  });
});

describe('a class and its methods', () => {
  it('TO3 merge option by option, the method’s own first', async () => {
    @Resilient({ timeout: { attempt: 500, total: '1h' } })
    class Service {
      @Timeout({ attempt: 2000 })
      async own(): Promise<void> {}
      @Retry(2)
      async other(): Promise<void> {}
      @Resilient({ timeout: false })
      async none(): Promise<void> {}
    }
    const { instance, methods } = bound(Service);
    await Promise.all([instance.own(), instance.other(), instance.none()]);
    expect(methods().map(({ policies }) => policies.map(({ summary }) => summary))).toEqual([
      ['3600000 ms for the whole call', '2000 ms for each attempt'],
      ['3600000 ms for the whole call', 'up to 2 attempts within the budget', '500 ms for each attempt'],
      [],
    ]);
  });

  it('are switched off and on again by the nearest that says so', async () => {
    @Resilient({ retry: { enabled: false, maxAttempts: 4 } })
    class Service {
      @Retry()
      async off(): Promise<void> {}
      @Retry({ enabled: true })
      async on(): Promise<void> {}
    }
    const { instance, methods } = bound(Service);
    await Promise.all([instance.off(), instance.on()]);
    expect(methods().map(({ policies }) => policies.map(({ summary }) => summary))).toEqual([
      [],
      ['up to 4 attempts within the budget'],
    ]);
  });

  it('of a subclass have the policies of the class that declares them', async () => {
    @Resilient({ retry: 4 })
    class Base {
      @Timeout('1s')
      async run(): Promise<void> {}
    }
    @Resilient({ retry: 2 })
    class Sub extends Base {
      @Timeout('2s')
      async other(): Promise<void> {}
    }
    const { instance, methods } = bound(Sub);
    await Promise.all([instance.run(), instance.other()]);
    expect(methods().map(({ site, policies }) => [site, policies[0]?.summary])).toEqual([
      ['Sub.run', 'up to 4 attempts within the budget'],
      ['Sub.other', 'up to 2 attempts within the budget'],
    ]);
  });
});
