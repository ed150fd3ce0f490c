import { defaultRuntime, RateLimit, Runtime } from 'holdfast';
import { bindResilient, resilienceModule } from 'holdfast/inversify';
import { type BindToFluentSyntax, Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { Probe, runtimesOf } from './probe.js';

const withRuntime = () => {
  const container = new Container();
  container.bind(Runtime).toConstantValue(new Runtime());
  return container;
};

describe('bindResilient', () => {
  it('lets the default runtime tell of a class that still uses it', async () => {
    const container = withRuntime();
    bindResilient(container, Probe).toSelf();
    container.get(Probe);
    const told: string[] = [];
    const stop = defaultRuntime().events.on('runtime.defaulted', ({ className }) => told.push(className));

    await new Probe().call();

    stop();
    expect(told).toEqual(['Probe']);
  });

  it.each<[kind: string, bind: (binding: BindToFluentSyntax<Probe>) => unknown]>([
    ['a class', (binding) => binding.toSelf()],
    ['a singleton', (binding) => binding.toSelf().inSingletonScope()],
    ['a constant value', (binding) => binding.toConstantValue(new Probe())],
    ['a dynamic value', (binding) => binding.toDynamicValue(() => new Probe())],
    ['an asynchronous resolved value', (binding) => binding.toResolvedValue(async () => new Probe())],
    ['what the activation of the binding returns', (binding) => binding.toSelf().onActivation(() => new Probe())],
  ])('gives the bound runtime to %s', async (_kind, bind) => {
    const container = withRuntime();
    bind(bindResilient(container, Probe));

    const probe = await container.getAsync(Probe);

    const runtimes = { its: container.get(Runtime), default: defaultRuntime() };
    expect(await runtimesOf(probe, runtimes)).toEqual(['its']);
  });

  it('reaches only what was bound by it', async () => {
    const container = withRuntime();
    bindResilient(container, Probe).toSelf();
    container.bind('other').toResolvedValue(() => new Probe());

    const runtimes = { its: container.get(Runtime), default: defaultRuntime() };
    expect(await runtimesOf(container.get('other'), runtimes)).toEqual(['default']);
  });

  it('binds as often as it is asked to, under any identifier, and each binding can be undone', () => {
    const container = withRuntime();
    bindResilient(container, Probe).toSelf();
    bindResilient(container, Probe).toConstantValue(new Probe());
    bindResilient<Probe>(container, 'probe').to(Probe);

    expect(container.getAll(Probe)).toHaveLength(2);
    container.unbind(Probe);
    container.unbind('probe');
    expect(container.isBound(Probe) || container.isBound('probe')).toBe(false);
  });

  it('uses the runtime of the container in which it binds, whoever resolves', async () => {
    const parent = withRuntime();
    const child = new Container({ parent });
    child.bind(Runtime).toConstantValue(new Runtime());
    bindResilient(parent, Probe).toSelf();

    const runtimes = { parent: parent.get(Runtime), child: child.get(Runtime) };
    expect(await runtimesOf(child.get(Probe), runtimes)).toEqual(['parent']);
  });

  it('agrees with the module', async () => {
    const container = new Container();
    container.load(resilienceModule());
    bindResilient(container, Probe).toSelf();

    expect(await runtimesOf(container.get(Probe), { its: container.get(Runtime) })).toEqual(['its']);
  });

  it('throws from get what is wrong with the class', () => {
    class Limited {
      @RateLimit('nowhere')
      async call(): Promise<void> {}
    }
    const container = withRuntime();
    bindResilient(container, Limited).toSelf();

    expect(() => container.get(Limited)).toThrowError(/@RateLimit/);
  });

  it('says that there is no Runtime', () => {
    const container = new Container();
    bindResilient(container, Probe).toSelf();

    expect(() => container.get(Probe)).toThrowError('No bindings found for service: "Runtime"');
  });
});
