import { Runtime } from 'holdfast';
import { type ResilienceModuleOptions, resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';

describe('resilienceModule refuses', () => {
  it.each<[what: string, options: unknown, message: string]>([
    ['what is no object', 'prometheus', "resilienceModule() takes an object of options, but got 'prometheus'"],
    ['null', null, 'resilienceModule() takes an object of options, but got null'],
    ['a runtime that is none', { runtime: {} }, 'resilienceModule(): runtime must be a Runtime, but got {}'],
    [
      'options beside a runtime',
      { runtime: new Runtime(), listeners: [], asyncContext: true },
      "resilienceModule(): runtime has its options already: nothing can stand beside it, but got [ 'listeners', 'asyncContext' ]",
    ],
  ])('%s', (_what, options, message) => {
    const make = () => resilienceModule(options as ResilienceModuleOptions);

    expect(make).toThrowError(expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS', message }));
  });

  it('a second place in one container', () => {
    const message =
      'resilienceModule() is being loaded into a container that has a Runtime already: unload the other module first';
    const container = new Container();
    const module = resilienceModule();
    container.load(module);
    const runtime = container.get(Runtime);

    expect(() => container.load(resilienceModule())).toThrowError(message);
    expect(() => container.load(module)).toThrowError(message);
    expect(() => new Container().load(module, module)).toThrowError(message);
    expect(container.get(Runtime)).toBe(runtime);
  });

  it('a place where the user has bound a Runtime', async () => {
    const container = new Container();
    container.bind(Runtime).toConstantValue(new Runtime());

    await expect(container.loadAsync(resilienceModule())).rejects.toThrowError('has a Runtime already');
  });

  it('a container of another copy of inversify, which cannot say who it is', async () => {
    const copy = new URL(
      '../../node_modules/@inversifyjs/container/lib/container/services/Container.js',
      import.meta.url,
    );
    const { Container: OtherContainer } = (await import(/* @vite-ignore */ `${copy}?copy`)) as {
      Container: typeof Container;
    };
    const other = new OtherContainer();

    expect(other).not.toBeInstanceOf(Container);
    expect(() => other.load(resilienceModule())).toThrowError(
      'resilienceModule() is being loaded by a container of another copy of inversify: have one only (`npm ls inversify`)',
    );
  });
});
