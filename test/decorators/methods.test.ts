import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fallback, Resilient, Retry, Timeout } from '../../decorators/index.js';
import { type Runtime, setDefaultRuntime } from '../../src/runtime/index.js';
import { Boom, type ManualClock, testRuntime } from '../../src/testing/index.js';

const eager = { delay: 0, jitter: 'none' } as const;

let runtime: Runtime;
let clock: ManualClock;

beforeEach(() => {
  ({ runtime, clock } = testRuntime());
  setDefaultRuntime(runtime);
});

afterEach(() => setDefaultRuntime(undefined));

/** A decorator of someone else, in either mode: counts how often what stands below it runs. */
function foreign(counts: Record<string, number>, name: string) {
  const around = (method: (...args: unknown[]) => unknown) =>
    function (this: unknown, ...args: unknown[]) {
      counts[name] = (counts[name] ?? 0) + 1;
      return method.apply(this, args);
    };
  return (...use: unknown[]): never => {
    const descriptor = use[2] as PropertyDescriptor | undefined;
    return (descriptor ? { ...descriptor, value: around(descriptor.value) } : around(use[0] as never)) as never;
  };
}

describe('a decorated method', () => {
  it('keeps its name, its length, its own properties and its prototype’s shape', () => {
    class Service {
      @Retry()
      async find(id: string, deep: boolean): Promise<string> {
        return `${id} ${deep}`;
      }
    }
    expect(Service.prototype.find.name).toBe('find');
    expect(Service.prototype.find.length).toBe(2);
    expect(Object.keys(Service.prototype)).toEqual([]);
    expect(Object.getOwnPropertyDescriptor(Service.prototype, 'find')).toMatchObject({
      enumerable: false,
      writable: true,
      configurable: true,
    });
  });

  it('publishes its declaration as metadata', () => {
    class Service {
      @Retry({ maxAttempts: 5 })
      @Timeout('2s')
      async find(): Promise<void> {}
    }
    const published = Reflect.getMetadata('holdfast:policies', Service.prototype.find) as {
      kind: { kind: string };
      options: object;
    }[];
    expect(published.map(({ kind, options }) => [kind.kind, options])).toEqual([
      ['timeout', { attempt: '2s' }],
      ['retry', { maxAttempts: 5 }],
    ]);
  });

  it('runs with its own this and arguments, whatever their names', async () => {
    const secret = Symbol('secret');
    class Service {
      readonly base = 10;
      @Retry(eager)
      async add(...numbers: number[]): Promise<number> {
        return numbers.reduce((sum, number) => sum + number, this.base);
      }
      @Retry(eager)
      async [secret](): Promise<number> {
        return this.base;
      }
      @Retry(eager)
      static async count(): Promise<string> {
        // biome-ignore lint/complexity/noThisInStatic: `this` is what is tested
        return this.name;
      }
    }
    expect(await new Service().add(1, 2, 3)).toBe(16);
    expect(await new Service()[secret]()).toBe(10);
    expect(await Service.count()).toBe('Service');
    expect([...runtime.methods()].map(({ site }) => site)).toEqual([
      'Service.add',
      'Service.[secret]',
      'Service.count',
    ]);
  });

  it('works when it is called without an instance', async () => {
    class Service {
      @Retry(eager)
      async self(): Promise<unknown> {
        return this;
      }
    }
    const { self } = new Service();
    expect(await (self as () => Promise<unknown>)()).toBeUndefined();
  });

  it('is generic, and overloaded, as before', async () => {
    class Service {
      @Retry(eager)
      async same<T>(value: T): Promise<T> {
        return value;
      }
      async text(value: number): Promise<string>;
      async text(value: string): Promise<string>;
      @Retry(eager)
      async text(value: number | string): Promise<string> {
        return String(value);
      }
    }
    const same: number = await new Service().same(7);
    expect([same, await new Service().text(1), await new Service().text('a')]).toEqual([7, '1', 'a']);
  });

  it.each([
    [
      'throws synchronously',
      (() => {
        throw new Boom('sync');
      }) as () => Promise<unknown>,
      'sync',
    ],
    ['rejects with something that is no error', () => Promise.reject('text'), undefined],
  ])('rejects when the method %s', async (_what, method, message) => {
    class Service {
      @Timeout('1s')
      async run(): Promise<unknown> {
        return undefined;
      }
      @Timeout('1s')
      plain(): Promise<unknown> {
        return method();
      }
    }
    const thrown = await new Service().plain().catch((error: unknown) => error);
    expect(message === undefined ? thrown : (thrown as Error).message).toBe(message ?? 'text');
  });

  it('resolves to what is no promise, and adopts a thenable', async () => {
    class Service {
      @Retry()
      plain(): Promise<number> {
        return 7 as never;
      }
      @Retry()
      thenable(): Promise<number> {
        return { then: (resolve: (value: number) => void) => resolve(8) } as never;
      }
    }
    const result = new Service().plain();
    expect(result).toBeInstanceOf(Promise);
    expect([await result, await new Service().thenable()]).toEqual([7, 8]);
  });
});

describe('inheritance', () => {
  class Base {
    calls = 0;
    @Retry({ ...eager, maxAttempts: 2 })
    async run(): Promise<string> {
      this.calls++;
      throw new Boom('base');
    }
  }
  class Plain extends Base {}
  class Own extends Base {
    @Retry({ ...eager, maxAttempts: 3 })
    override async run(): Promise<string> {
      return super.run();
    }
  }
  class Undecorated extends Base {
    override async run(): Promise<string> {
      return 'override';
    }
  }

  it('gives a subclass the policies of the inherited method, with state of its own', async () => {
    const plain = new Plain();
    await expect(plain.run()).rejects.toThrow('base');
    expect(plain.calls).toBe(2);
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['Plain.run']);
  });

  it('runs the base method with its own policies through super, and one layer retries', async () => {
    const own = new Own();
    await expect(own.run()).rejects.toThrow('base');
    expect(own.calls).toBe(3);
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['Own.run', 'Own.run@Base']);
  });

  it('leaves an override without decorators unprotected, as JavaScript says', async () => {
    expect(await new Undecorated().run()).toBe('override');
    expect([...runtime.methods()]).toEqual([]);
  });

  it('prepares the nearest declaration of each method', () => {
    runtime.prepare(Own, Plain);
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['Own.run', 'Plain.run']);
  });
});

describe('foreign decorators', () => {
  it('run per attempt below ours, and once per call above and between', async () => {
    const counts: Record<string, number> = {};
    class Service {
      @foreign(counts, 'above')
      @Retry(eager)
      @foreign(counts, 'between')
      @Timeout('1s')
      @foreign(counts, 'below')
      async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    await expect(new Service().run()).rejects.toThrow(Boom);
    expect(counts).toEqual({ above: 1, between: 1, below: 3 });
    expect([...runtime.methods()].map(({ kinds }) => kinds)).toEqual([['retry', 'timeout']]);
  });

  it('find their metadata on the method, above and below ours', () => {
    const mark =
      (value: string) =>
      (...use: unknown[]): never => {
        const method = (use[2] as PropertyDescriptor | undefined)?.value ?? use[0];
        Reflect.defineMetadata(`route:${value}`, value, method as object);
        return use[2] as never;
      };
    class Service {
      @mark('above')
      @Retry()
      @mark('below')
      async run(): Promise<void> {}
    }
    const { run } = Service.prototype;
    expect([Reflect.getMetadata('route:above', run), Reflect.getMetadata('route:below', run)]).toEqual([
      'above',
      'below',
    ]);
  });
});

describe('the order of decorators', () => {
  it('means nothing', async () => {
    class One {
      @Retry(eager) @Timeout('1s') @Fallback({ value: 'f' }) async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    class Two {
      @Fallback({ value: 'f' }) @Timeout('1s') @Retry(eager) async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    expect([await new One().run(), await new Two().run()]).toEqual(['f', 'f']);
    const [one, two] = [...runtime.methods()];
    expect(one?.kinds).toEqual(['fallback', 'retry', 'timeout']);
    expect(two?.kinds).toEqual(one?.kinds);
  });
});

describe('@Resilient', () => {
  it('gives a method several policies by kind, by shorthand or by options', async () => {
    class Service {
      @Resilient({ retry: 2, timeout: { attempt: '1s' }, fallback: { value: 'f' } })
      async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    const pending = new Service().run();
    await clock.advance(1000);
    expect(await pending).toBe('f');
    expect([...runtime.methods()][0]?.kinds).toEqual(['fallback', 'retry', 'timeout']);
  });

  it('on a class lies beneath the own options of each of its protected methods', async () => {
    const tried = { a: 0, b: 0, c: 0, d: 0 };
    @Resilient({ id: 'orders', retry: { ...eager, maxAttempts: 4 } })
    class Service {
      @Resilient()
      async a(): Promise<void> {
        tried.a++;
        throw new Boom('a');
      }
      @Retry({ maxAttempts: 2 })
      async b(): Promise<void> {
        tried.b++;
        throw new Boom('b');
      }
      @Resilient({ retry: false, timeout: '1s' })
      async c(): Promise<void> {
        tried.c++;
        throw new Boom('c');
      }
      async d(): Promise<void> {
        tried.d++;
        throw new Boom('d');
      }
    }
    const service = new Service();
    for (const name of ['a', 'b', 'c', 'd'] as const) await expect(service[name]()).rejects.toThrow(Boom);
    expect(tried).toEqual({ a: 4, b: 2, c: 1, d: 1 });
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['orders.a', 'orders.b', 'orders.c']);
  });

  it('takes a preset, under the own options', async () => {
    class Service {
      @Resilient('interactive')
      @Retry({ maxAttempts: 3 })
      async run(): Promise<string> {
        return 'ok';
      }
    }
    await new Service().run();
    const [method] = [...runtime.methods()];
    expect(method?.kinds).toEqual(['timeout', 'retry', 'circuitBreaker']);
    expect(method?.policies.map(({ summary }) => summary)).toContain('up to 3 attempts within the budget');
  });

  it('exchanges places among each other', async () => {
    class Service {
      @Resilient({ retry: eager, timeout: { total: '1s', attempt: '2s' }, order: ['retry', 'timeout.total'] })
      async run(): Promise<string> {
        return 'ok';
      }
    }
    await new Service().run();
    expect([...runtime.methods()][0]?.policies.map(({ place }) => place)).toEqual([
      'retry',
      'timeout.total',
      'timeout.attempt',
    ]);
  });

  it('switches a policy off', async () => {
    class Service {
      @Retry({ enabled: false })
      async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    await expect(new Service().run()).rejects.toThrow(Boom);
    expect([...runtime.methods()][0]).toMatchObject({ kinds: [], stats: { attempts: 1 } });
  });
});
