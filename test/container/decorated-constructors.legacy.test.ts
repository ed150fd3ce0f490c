import { CircuitBreaker, CircuitBreakerRegistry, defaultRuntime, Retry, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container, inject, injectable, injectFromBase, postConstruct } from 'inversify';
import { beforeEach, describe, expect, it } from 'vitest';
import { Probe, runtimesOf } from './probe.js';

@injectable()
class Catalogue {
  @CircuitBreaker('catalogue')
  async call(): Promise<string> {
    return 'found';
  }
}

@injectable()
class Shop {
  @inject(Probe)
  readonly probe!: Probe;

  constructor(
    @inject(Catalogue) readonly catalogue: Catalogue,
    @inject(CircuitBreakerRegistry) readonly circuits: CircuitBreakerRegistry,
    readonly runtime: Runtime,
  ) {}

  @Retry()
  async call(): Promise<string> {
    return this.catalogue.call();
  }
}

@injectable()
@injectFromBase({ extendConstructorArguments: true, extendProperties: true })
class CornerShop extends Shop {}

@injectable()
class Warmed extends Probe {
  warmth: Promise<string> | undefined;

  @postConstruct()
  warm(): void {
    this.warmth = this.call();
  }
}

let container: Container;
const runtimes = () => ({ its: container.get(Runtime), default: defaultRuntime() });

beforeEach(() => {
  container = new Container();
  container.load(resilienceModule());
  for (const type of [Catalogue, Probe, Warmed]) container.bind<Probe>(type).toSelf();
});

describe.each([
  ['an injectable class', Shop],
  ['a subclass that inherits its injections', CornerShop],
])('%s', (_what, type) => {
  beforeEach(() => void container.bind(Shop).to(type));

  it('gets its runtime, and so does what is injected into it', async () => {
    const shop = container.get(Shop);

    expect(await runtimesOf(shop, runtimes())).toEqual(['its', 'its']);
    expect(await runtimesOf(shop.catalogue, runtimes())).toEqual(['its']);
    expect(await runtimesOf(shop.probe, runtimes())).toEqual(['its']);
  });

  it('may have the runtime and its registries injected', () => {
    const { runtime, circuits } = container.get(Shop);

    expect(runtime).toBe(container.get(Runtime));
    expect(circuits).toBe(runtime.circuits);
    expect(circuits.find('catalogue')?.state).toBe('closed');
  });
});

describe('a class with a @postConstruct method', () => {
  it('uses the default runtime in there, and its own from the moment it is handed out', async () => {
    const heard: string[] = [];
    const stop = defaultRuntime().events.on('call.succeeded', ({ site }) => heard.push(site));

    const warmed = container.get(Warmed);
    await warmed.warmth;

    stop();
    expect(heard).toEqual(['Warmed.call']);
    expect(await runtimesOf(warmed, runtimes())).toEqual(['its']);
  });
});
