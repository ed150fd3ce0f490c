import { CircuitBreakerRegistry, defaultRuntime, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container, type ContainerModule } from 'inversify';
import { beforeEach, describe, expect, it } from 'vitest';
import { Probe, runtimesOf } from './probe.js';

let container: Container;
let module: ContainerModule;
let runtime: Runtime;

beforeEach(() => {
  container = new Container();
  container.snapshot();
  module = resilienceModule();
  container.load(module);
  container.bind(Probe).toSelf();
  runtime = container.get(Runtime);
});

const waysToLeave: [way: string, leave: () => unknown][] = [
  ['unload', () => container.unload(module)],
  ['unloadAsync', () => container.unloadAsync(module)],
  ['unbindAll', () => container.unbindAll()],
  ['unbindAllAsync', () => container.unbindAllAsync()],
  ['unbind(Runtime)', () => container.unbind(Runtime)],
  ['rebind(Runtime)', () => container.rebind(Runtime).toConstantValue(new Runtime())],
  ['restore, to a time before the module', () => container.restore()],
];

describe.each(waysToLeave)('container.%s', (_way, leave) => {
  it('disposes the runtime that the module made', async () => {
    const probe = container.get(Probe);

    await leave();

    await expect(probe.call()).rejects.toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
  });

  it('gives the disposed runtime to no service any more', async () => {
    await leave();
    container.bind('later').toResolvedValue(() => new Probe());

    await expect(container.get<Probe>('later').call()).resolves.toBe('answer');
  });

  it('does not dispose a runtime that was only lent', async () => {
    const lent = new Runtime();
    container = new Container();
    container.snapshot();
    module = resilienceModule({ runtime: lent });
    container.load(module);
    container.bind(Probe).toSelf();
    const probe = container.get(Probe);

    await leave();

    await expect(probe.call()).resolves.toBe('answer');
  });
});

describe('a container that has unloaded its module', () => {
  beforeEach(() => container.unload(module));

  it('leaves its services to the default runtime', async () => {
    expect(await runtimesOf(container.get(Probe), { its: runtime, default: defaultRuntime() })).toEqual(['default']);
  });

  it.each([
    ['Runtime', Runtime],
    ['CircuitBreakerRegistry', CircuitBreakerRegistry],
  ])('has no %s', (name, id) => {
    expect(() => container.get<unknown>(id)).toThrowError(`No bindings found for service: "${name}"`);
  });

  it('may load it again, or another one, and has a new runtime', async () => {
    container.load(module);

    const again = container.get(Runtime);
    expect(again).not.toBe(runtime);
    expect(await runtimesOf(container.get(Probe), { again, default: defaultRuntime() })).toEqual(['again']);
  });
});

describe('a container whose Runtime was rebound', () => {
  it('gives its services the new one', async () => {
    const other = new Runtime();
    container.rebind(Runtime).toConstantValue(other);

    expect(await runtimesOf(container.get(Probe), { other, default: defaultRuntime() })).toEqual(['other']);
  });

  it('hands out the registries of the new one, whatever its default scope', () => {
    container = new Container({ defaultScope: 'Singleton' });
    container.load(resilienceModule());
    expect(container.get(CircuitBreakerRegistry)).toBe(container.get(Runtime).circuits);
    const other = new Runtime();

    container.rebind(Runtime).toConstantValue(other);

    expect(container.get(CircuitBreakerRegistry)).toBe(other.circuits);
  });
});

describe('a container restored to a time when it had the module', () => {
  it('has the same runtime, still alive', async () => {
    container.snapshot();
    container.bind('other').toConstantValue(1);

    container.restore();

    expect(container.get(Runtime)).toBe(runtime);
    expect(await runtimesOf(container.get(Probe), { its: runtime, default: defaultRuntime() })).toEqual(['its']);
  });
});
