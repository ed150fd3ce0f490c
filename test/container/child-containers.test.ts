import { CircuitBreakerRegistry, defaultRuntime, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { beforeEach, describe, expect, it } from 'vitest';
import { kindsOfBinding } from './kinds-of-binding.js';
import { Probe, runtimesOf } from './probe.js';

let parent: Container;
let child: Container;

const runtimes = () => ({
  parent: parent.isBound(Runtime) ? parent.get(Runtime) : new Runtime(),
  child: child.isCurrentBound(Runtime) ? child.get(Runtime) : new Runtime(),
  default: defaultRuntime(),
});

beforeEach(() => {
  parent = new Container();
  child = new Container({ parent });
});

describe('a child container without the module', () => {
  beforeEach(() => parent.load(resilienceModule()));

  it.each(kindsOfBinding)('gives the runtime of its parent to %s', async (_kind, get) => {
    expect(await runtimesOf(await get(child), runtimes())).toEqual(['parent']);
  });

  it('gives it also to what its parent has bound', async () => {
    parent.bind(Probe).toSelf();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
  });

  it('gives it from any depth', async () => {
    const grandchild = new Container({ parent: child });
    grandchild.bind(Probe).toSelf();

    expect(await runtimesOf(grandchild.get(Probe), runtimes())).toEqual(['parent']);
  });

  it('gives it when the module is loaded later than the child is used', async () => {
    parent = new Container();
    child = new Container({ parent });
    child.bind(Probe).toSelf();
    child.get(Probe);

    parent.load(resilienceModule());

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
  });

  it('gives it to a class that only the child binds by itself', async () => {
    child = new Container({ parent, autobind: true });

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
    expect(parent.isCurrentBound(Probe)).toBe(false);
  });

  it('gives it without making a parent that binds by itself bind what the child has', async () => {
    parent = new Container({ autobind: true, defaultScope: 'Singleton' });
    parent.load(resilienceModule());
    child = new Container({ parent });
    child.bind(Probe).toSelf();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
    expect(parent.isCurrentBound(Probe)).toBe(false);
  });

  it('hands out the runtime and the registries of its parent', () => {
    expect(child.get(Runtime)).toBe(parent.get(Runtime));
    expect(child.get(CircuitBreakerRegistry)).toBe(parent.get(Runtime).circuits);
  });
});

describe('a child container with a module of its own', () => {
  beforeEach(() => {
    parent.load(resilienceModule());
    child.load(resilienceModule());
  });

  it.each(kindsOfBinding)('gives its own runtime to %s', async (_kind, get) => {
    expect(await runtimesOf(await get(child), runtimes())).toEqual(['child']);
  });

  it('gives its own runtime to a transient service that its parent has bound', async () => {
    parent.bind(Probe).toSelf();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['child']);
    expect(await runtimesOf(parent.get(Probe), runtimes())).toEqual(['parent']);
  });

  it('leaves the activations of its parent in force', () => {
    parent.bind(Probe).toSelf();
    const activated: Probe[] = [];
    parent.onActivation(Probe, (_context, probe) => {
      activated.push(probe);
      return probe;
    });

    expect(activated).toEqual([child.get(Probe)]);
  });

  it.each([
    ['singleton', () => parent.bind(Probe).toSelf().inSingletonScope()],
    ['constant', () => parent.bind(Probe).toConstantValue(new Probe())],
  ])(
    "lets a parent's %s keep the parent's runtime, also when it is first resolved through the child",
    async (_kind, bind) => {
      bind();

      const throughChild = child.get(Probe);

      expect(await runtimesOf(throughChild, runtimes())).toEqual(['parent']);
      expect(parent.get(Probe)).toBe(throughChild);
    },
  );

  it("lets a parent's singleton keep it also when it is bound after the child was used", async () => {
    parent.bind('other').toResolvedValue(() => new Probe());
    child.get('other');
    parent.bind(Probe).toSelf().inSingletonScope();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
  });

  it("lets a singleton of a container in between keep the runtime of that container's parent", async () => {
    const between = child;
    between.unbindAll();
    between.bind(Probe).toSelf().inSingletonScope();
    child = new Container({ parent: between });
    child.load(resilienceModule());

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
  });

  it('gives its own runtime to what a grandchild resolves', async () => {
    const grandchild = new Container({ parent: child });
    grandchild.bind(Probe).toSelf();

    expect(await runtimesOf(grandchild.get(Probe), runtimes())).toEqual(['child']);
  });

  it('hands out its own runtime and registries', () => {
    expect(child.get(Runtime)).not.toBe(parent.get(Runtime));
    expect(child.get(CircuitBreakerRegistry)).toBe(child.get(Runtime).circuits);
  });

  it("returns to its parent's runtime when its module goes", async () => {
    child.unbindAll();
    child.bind(Probe).toSelf();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['parent']);
  });
});

describe('a child container with the module under a parent without', () => {
  beforeEach(() => child.load(resilienceModule()));

  it('gives its runtime to what it resolves alone', async () => {
    parent.bind(Probe).toSelf();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['child']);
  });

  it("leaves its parent's singletons, which outlive it, to the default runtime", async () => {
    parent.bind(Probe).toSelf().inSingletonScope();

    expect(await runtimesOf(child.get(Probe), runtimes())).toEqual(['default']);
  });

  it('does not reach what its parent resolves', async () => {
    parent.bind(Probe).toSelf();

    expect(await runtimesOf(parent.get(Probe), runtimes())).toEqual(['default']);
  });
});
