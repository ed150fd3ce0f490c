import {
  BulkheadRegistry,
  CacheRegistry,
  CircuitBreaker,
  CircuitBreakerRegistry,
  defaultRuntime,
  Fallback,
  RateLimit,
  RateLimiterRegistry,
  RetryBudgetRegistry,
  Runtime,
  ThrottleRegistry,
} from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { Probe, runtimesOf } from './probe.js';

class Unprotected {}

class Orders {
  @CircuitBreaker('orders')
  async place(): Promise<string> {
    return 'placed';
  }
}

class Limited {
  @RateLimit('nowhere')
  async call(): Promise<void> {}
}

const loaded = (options?: Parameters<typeof resilienceModule>[0]) => {
  const container = new Container();
  container.load(resilienceModule(options));
  return container;
};

describe('a container with resilienceModule', () => {
  it.each([
    ['an object without protected methods', new Unprotected()],
    ['an object without a prototype', Object.create(null)],
    ['an array', [1]],
    ['a class', Unprotected],
    ['a function', () => 1],
    ['a string', 'text'],
    ['null', null],
    ['undefined', undefined],
  ])('leaves %s as it is', (_what, value) => {
    const container = loaded();
    container.bind('value').toConstantValue(value);

    expect(container.get('value')).toBe(value);
    if (typeof value === 'object' && value !== null)
      expect(Reflect.ownKeys(value)).not.toContain(Symbol.for('holdfast.runtime'));
  });

  it('prepares a class when it first resolves it', () => {
    const container = loaded();
    container.bind(Orders).toSelf();
    const { circuits } = container.get(Runtime);

    expect(circuits.find('orders')).toBeUndefined();
    container.get(Orders);
    expect(circuits.find('orders')).toBeDefined();
  });

  it('throws from get what is wrong with a class, each time', () => {
    const container = loaded();
    container.bind(Limited).toSelf();

    for (const _time of ['first', 'second'])
      expect(() => container.get(Limited)).toThrowError(/Limited\.call.*@RateLimit.*limit/);
  });

  it('throws it too where the class is only a dependency', () => {
    const container = loaded();
    container.bind(Limited).toSelf();
    container.bind('service').toResolvedValue((limited: Limited) => ({ limited }), [Limited]);

    expect(() => container.get('service')).toThrowError(/@RateLimit/);
  });

  it('rejects with it where the service is asynchronous', async () => {
    const container = loaded();
    container.bind(Limited).toDynamicValue(async () => new Limited());

    await expect(container.getAsync(Limited)).rejects.toThrowError(/@RateLimit/);
  });

  it('hands its options to the runtime', async () => {
    const heard: string[] = [];
    const container = loaded({ listeners: [{ attach: ({ events }) => events.on('*', (name) => heard.push(name)) }] });
    container.bind(Probe).toSelf();

    await container.get(Probe).call();

    expect(heard).toContain('call.succeeded');
  });

  it('takes a runtime that exists already', async () => {
    const runtime = new Runtime();
    const container = loaded({ runtime });
    container.bind(Probe).toSelf();

    expect(container.get(Runtime)).toBe(runtime);
    expect(await runtimesOf(container.get(Probe), { runtime, default: defaultRuntime() })).toEqual(['runtime']);
  });

  it('is loaded as well by loadAsync', async () => {
    const container = new Container();
    await container.loadAsync(resilienceModule());
    container.bind(Probe).toSelf();

    const runtimes = { its: container.get(Runtime), default: defaultRuntime() };
    expect(await runtimesOf(container.get(Probe), runtimes)).toEqual(['its']);
  });

  it.each([
    ['CircuitBreakerRegistry', CircuitBreakerRegistry, 'circuits'],
    ['ThrottleRegistry', ThrottleRegistry, 'throttles'],
    ['RateLimiterRegistry', RateLimiterRegistry, 'limiters'],
    ['BulkheadRegistry', BulkheadRegistry, 'bulkheads'],
    ['CacheRegistry', CacheRegistry, 'caches'],
    ['RetryBudgetRegistry', RetryBudgetRegistry, 'budgets'],
  ] as const)('has %s to inject: the one of its runtime', (_name, id, property) => {
    const container = loaded();
    container.bind('holder').toResolvedValue((registry: unknown) => ({ registry }), [id]);

    expect(container.get<{ registry: unknown }>('holder').registry).toBe(container.get(Runtime)[property]);
  });

  it('shares nothing with another container, also when both load the same module', async () => {
    const module = resilienceModule();
    const [one, other] = [new Container(), new Container()];
    for (const container of [one, other]) {
      container.load(module);
      container.bind(Orders).toSelf().inSingletonScope();
    }
    one.get(Orders);
    one.get(CircuitBreakerRegistry).get('orders').forceOpen();

    await expect(one.get(Orders).place()).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
    await expect(other.get(Orders).place()).resolves.toBe('placed');
  });

  it('refuses an instance that another container has given its runtime', () => {
    const probe = new Probe();
    const [one, other] = [loaded(), loaded()];
    for (const container of [one, other]) container.bind(Probe).toConstantValue(probe);
    one.get(Probe);

    expect(() => other.get(Probe)).toThrowError(/Probe/);
  });

  it.each([
    ['from the container, where it is bound', true, 'of the container'],
    ['by constructing it, where it is not', false, 'constructed'],
  ])('gets the class that a fallback uses %s', async (_whence, bound, answer) => {
    class Substitute {
      readonly from: string = 'constructed';

      fallback(): string {
        return this.from;
      }
    }
    class Failing {
      @Fallback({ use: Substitute })
      async call(): Promise<string> {
        throw new Error('down');
      }
    }
    const container = loaded();
    container.bind(Failing).toSelf();
    if (bound)
      container.bind(Substitute).toConstantValue(Object.assign(new Substitute(), { from: 'of the container' }));

    await expect(container.get(Failing).call()).resolves.toBe(answer);
  });

  it('stays as it is however many services are bound', () => {
    const container = loaded();
    for (let id = 0; id < 20_000; id += 1) container.bind(`service ${id}`).toConstantValue(id);

    expect(container.get('service 19999')).toBe(19_999);
  });
});
