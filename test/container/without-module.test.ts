import { CircuitBreakerRegistry, defaultRuntime, Retry, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { Probe, runtimesOf } from './probe.js';

describe('a container without resilienceModule', () => {
  it('hands out protected services that use the default runtime', async () => {
    const container = new Container();
    container.bind(Probe).toSelf();

    expect(await runtimesOf(container.get(Probe), { default: defaultRuntime() })).toEqual(['default']);
  });

  it('has the default runtime tell, once per class, that another container has one', async () => {
    class Forgotten {
      @Retry()
      async call(): Promise<void> {}
    }
    const [container, other] = [new Container(), new Container()];
    other.load(resilienceModule());
    container.bind(Forgotten).toSelf();
    const told: string[] = [];
    const stop = defaultRuntime().events.on('runtime.defaulted', ({ className }) => told.push(className));

    for (const service of [container.get(Forgotten), container.get(Forgotten)]) await service.call();

    stop();
    expect(told).toEqual(['Forgotten']);
  });

  it.each([
    ['Runtime', Runtime],
    ['CircuitBreakerRegistry', CircuitBreakerRegistry],
  ])('says that it has no %s', (name, id) => {
    expect(() => new Container().get<unknown>(id)).toThrowError(`No bindings found for service: "${name}"`);
  });

  it.each([
    ['Runtime', Runtime],
    ['CircuitBreakerRegistry', CircuitBreakerRegistry],
  ])('says so too where it binds classes by itself: it makes no %s', (name, id) => {
    expect(() => new Container({ autobind: true }).get<unknown>(id)).toThrowError(name);
  });
});
