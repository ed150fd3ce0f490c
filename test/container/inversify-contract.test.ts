import 'reflect-metadata';
import { type BindToFluentSyntax, Container, type Factory } from 'inversify';
import { describe, expect, it } from 'vitest';
import { contextOf } from './plugin-context.js';

const plugin = 'inversify has changed what src/container/attachment-plugin.ts relies on';

class Service {}

/** Adds one activation to every service, in the way of our plugin, and returns what it saw. */
function watchActivations(container: Container): unknown[] {
  const { activationService } = contextOf(container);
  const seen: unknown[] = [];
  const ask = activationService.get.bind(activationService);
  activationService.get = (id) => [
    ...(ask(id) ?? []),
    (_context, value) => {
      seen.push(value);
      return value;
    },
  ];
  return seen;
}

type Make = (binding: BindToFluentSyntax<Service>) => unknown;

const kinds: [kind: string, make: Make][] = [
  ['a class', (binding) => binding.to(Service)],
  ['a class in singleton scope', (binding) => binding.to(Service).inSingletonScope()],
  ['a class in request scope', (binding) => binding.to(Service).inRequestScope()],
  ['a constant value', (binding) => binding.toConstantValue(new Service())],
  ['a dynamic value', (binding) => binding.toDynamicValue(() => new Service())],
  ['a dynamic value in singleton scope', (binding) => binding.toDynamicValue(() => new Service()).inSingletonScope()],
  ['a resolved value', (binding) => binding.toResolvedValue(() => new Service())],
  ['a resolved value in request scope', (binding) => binding.toResolvedValue(() => new Service()).inRequestScope()],
  ['a class with an activation', (binding) => binding.to(Service).onActivation((_context, service) => service)],
];

describe.each([
  ['compiled', false],
  ['interpreted', true],
])('the activations of inversify, with %s plans', (_plans, jitless) => {
  it.each(kinds)('are looked up by activationService.get for %s', (_kind, make) => {
    const container = new Container({ jitless });
    const seen = watchActivations(container);
    make(container.bind<Service>('service'));

    const service = container.get('service');

    expect(seen, plugin).toEqual([service]);
  });

  it('are looked up for what was resolved before, once the plan cache is cleared', () => {
    const container = new Container({ jitless });
    container.bind(Service).toSelf();
    container.get(Service);

    const seen = watchActivations(container);
    contextOf(container).planResultCacheService.clearCache();
    const service = container.get(Service);

    expect(seen, plugin).toEqual([service]);
  });

  it('are looked up anew for each resolution of a cached plan', () => {
    const container = new Container({ jitless });
    const seen = watchActivations(container);
    container.bind(Service).toSelf();

    const services = [container.get(Service), container.get(Service)];

    expect(seen, plugin).toEqual(services);
  });

  it('are looked up for the target of an alias', () => {
    const container = new Container({ jitless });
    const seen = watchActivations(container);
    container.bind(Service).toSelf();
    container.bind('alias').toService(Service);

    const service = container.get('alias');

    expect(seen, plugin).toEqual([service]);
  });

  it('are looked up for a factory and for what it gets', () => {
    const container = new Container({ jitless });
    const seen = watchActivations(container);
    container.bind(Service).toSelf();
    container.bind<Factory<Service>>('factory').toFactory((context) => () => context.get(Service));

    const factory = container.get<Factory<Service>>('factory');
    const service = factory();

    expect(seen, plugin).toEqual([factory, service]);
  });

  it('are looked up for a dependency that a rebind brings into a known plan', () => {
    const container = new Container({ jitless });
    const seen = watchActivations(container);
    container.bind('dependency').toResolvedValue(() => new Service());
    container.bind<Service>('service').toResolvedValue(() => new Service());
    container.get('service');
    seen.length = 0;

    container.rebind<object>('service').toResolvedValue((dependency: Service) => ({ dependency }), ['dependency']);
    const service = container.get<{ dependency: Service }>('service');

    expect(seen, plugin).toEqual([service.dependency, service]);
  });

  it('are looked up in the parent for what a child resolves, wherever it is bound', () => {
    const parent = new Container({ jitless });
    const child = new Container({ jitless, parent });
    const seen = watchActivations(parent);
    parent.bind('of the parent').toResolvedValue(() => new Service());
    child.bind('of the child').toResolvedValue(() => new Service());

    const services = [child.get('of the parent'), child.get('of the child')];

    expect(seen, plugin).toEqual(services);
  });

  it('are given the value that a promise resolves to', async () => {
    const container = new Container({ jitless });
    const seen = watchActivations(container);
    container.bind('service').toDynamicValue(async () => new Service());

    const service = await container.getAsync('service');

    expect(seen, plugin).toEqual([service]);
  });
});
