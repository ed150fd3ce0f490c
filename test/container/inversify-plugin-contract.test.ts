import 'reflect-metadata';
import type { PluginContext } from '@inversifyjs/plugin';
import { Container, ContainerModule } from 'inversify';
import { describe, expect, it, vi } from 'vitest';
import { contextOf } from './plugin-context.js';

const plugin = 'inversify has changed what src/container/attachment-plugin.ts relies on';
const loading = 'inversify has changed what src/container/loading.ts relies on';

class Service {}

function watchChanges(container: Container): string[] {
  const changes: string[] = [];
  const subscriber = {
    clearCache: () => changes.push('clearCache'),
    invalidateServiceBinding: () => changes.push('invalidateServiceBinding'),
  };
  const { planResultCacheService } = contextOf(container);
  planResultCacheService.subscribe(subscriber as unknown as typeof planResultCacheService);
  return changes;
}

describe('a plugin of inversify', () => {
  it('sees the services in use, of which restore() replaces the one for activations', () => {
    const container = new Container();
    const context = contextOf(container);
    const before = context.activationService;
    container.snapshot();

    expect(context.activationService, plugin).toBe(before);
    container.restore();
    expect(context.activationService, plugin).not.toBe(before);
    expect(contextOf(container).activationService, plugin).toBe(context.activationService);
  });

  it.each<[what: string, change: (container: Container, module: ContainerModule) => void, told: string]>([
    ['bind', (container) => container.bind('other').toConstantValue(1), 'invalidateServiceBinding'],
    ['unbind', (container) => container.unbind('service'), 'invalidateServiceBinding'],
    ['unbindAll', (container) => container.unbindAll(), 'clearCache'],
    ['unload', (container, module) => container.unload(module), 'clearCache'],
    ['restore', (container) => container.restore(), 'clearCache'],
  ])('hears from the plan cache of %s, also of a parent', (_what, change, told) => {
    const parent = new Container();
    const module = new ContainerModule(({ bind }) => void bind('service').toConstantValue(1));
    parent.snapshot();
    parent.load(module);
    const changes = watchChanges(parent);
    const changesAbove = watchChanges(new Container({ parent }));

    change(parent, module);

    expect(changes, plugin).toEqual([told]);
    expect(changesAbove, plugin).toEqual([told]);
  });

  it('hears of a change when it is made: the new binding, or the restored ones, are there', () => {
    const container = new Container();
    const context = contextOf(container);
    const bound: boolean[] = [];
    const note = () => bound.push(container.isCurrentBound('service'));
    const subscriber = { clearCache: note, invalidateServiceBinding: note };
    context.planResultCacheService.subscribe(subscriber as unknown as PluginContext['planResultCacheService']);

    container.snapshot();
    container.bind('service').toConstantValue(1);
    container.restore();

    expect(bound, plugin).toEqual([true, false]);
  });

  it('can tell its own bindings from inherited ones, and singletons from others', () => {
    const parent = new Container();
    parent
      .bind('shared')
      .toResolvedValue(() => new Service())
      .inSingletonScope();
    parent.bind('constant').toConstantValue(1);
    parent.bind('transient').toResolvedValue(() => new Service());
    const child = new Container({ parent });
    child.bind('own').toConstantValue(1);
    const { bindingService } = contextOf(child);
    const scopes = (id: string) =>
      [...(bindingService.get(id) ?? [])].map((binding) => 'scope' in binding && binding.scope);

    expect(bindingService.getNonParentBindings('own'), plugin).toHaveLength(1);
    expect(bindingService.getNonParentBindings('shared'), plugin).toBeUndefined();
    expect([...bindingService.getBoundServices()].sort(), plugin).toEqual(['constant', 'own', 'shared', 'transient']);
    expect(['shared', 'constant', 'transient'].map(scopes), plugin).toEqual([
      ['Singleton'],
      ['Singleton'],
      ['Transient'],
    ]);
  });

  it('can tell which constant is bound, also after a restore', () => {
    const container = new Container();
    const value = {};
    container.bind('constant').toConstantValue(value);
    container.snapshot();
    container.restore();
    const [binding] = contextOf(container).bindingService.getNonParentBindings('constant') ?? [];

    expect(binding, plugin).toMatchObject({ value });
  });

  it('must not ask a container that binds by itself for what is not bound', () => {
    const container = new Container({ autobind: true });
    const { bindingService } = contextOf(container);

    expect([...bindingService.getBoundServices()], plugin).toEqual([]);
    expect(bindingService.getNonParentBindings(Service), plugin).toBeUndefined();
    expect([...(bindingService.get(Service) ?? [])], plugin).toHaveLength(1);
    expect(bindingService.getNonParentBindings(Service), plugin).toHaveLength(1);
  });
});

describe('the modules of inversify', () => {
  it.each(['load', 'loadAsync'] as const)('may be watched, because %s is a method of the prototype', (method) => {
    expect(Object.getOwnPropertyDescriptor(Container.prototype, method), loading).toMatchObject({ writable: true });
    expect(Object.hasOwn(new Container(), method), loading).toBe(false);
  });

  it.each(['load', 'loadAsync'] as const)('are loaded before %s returns', async (method) => {
    const load = vi.fn();
    const loaded = new Container()[method](new ContainerModule(load));

    expect(load, loading).toHaveBeenCalledOnce();
    await loaded;
  });
});
