import { defaultRuntime, Runtime } from 'holdfast';
import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { kindsOfBinding } from './kinds-of-binding.js';
import { Probe, runtimesOf } from './probe.js';

const withModule = (jitless = true) => {
  const container = new Container({ jitless });
  container.load(resilienceModule());
  return container;
};

describe.each([
  ['compiled', false],
  ['interpreted', true],
])('a container with resilienceModule and %s plans', (_plans, jitless) => {
  it.each(kindsOfBinding)('gives its runtime to %s', async (_kind, get) => {
    const container = withModule(jitless);

    const service = await get(container);

    const runtimes = { its: container.get(Runtime), another: withModule().get(Runtime), default: defaultRuntime() };
    expect(await runtimesOf(service, runtimes)).toEqual(['its']);
  });

  it('gives its runtime to what was bound, and even resolved, before the module was loaded', async () => {
    const container = new Container({ jitless });
    container.bind(Probe).toSelf();
    const before = container.get(Probe);

    container.load(resilienceModule());
    const after = container.get(Probe);

    const runtimes = { its: container.get(Runtime), default: defaultRuntime() };
    expect(await runtimesOf(before, runtimes)).toEqual(['default']);
    expect(await runtimesOf(after, runtimes)).toEqual(['its']);
  });

  it('gives it before the activations of others run, so that they may call the service', async () => {
    const container = withModule(jitless);
    container.bind(Probe).toSelf();
    const runtimes = { its: container.get(Runtime), default: defaultRuntime() };
    const heard: string[] = [];
    container.onActivation(Probe, async (_context, probe) => {
      heard.push(...(await runtimesOf(probe, runtimes)));
      return probe;
    });

    await container.getAsync(Probe);

    expect(heard).toEqual(['its']);
  });
});
