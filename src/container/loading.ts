import { Container, type ContainerModule } from 'inversify';

/**
 * Inversify tells a module neither which container loads it nor of services that other modules bind, and the plugin which
 * attaches runtimes must be registered with a container. Asking users for a second line would be the alternative; instead
 * `load` and `loadAsync` note their container for as long as they run, and do nothing else differently.
 */
let loading: Container | undefined;

/** The container that is loading modules at this moment. */
export function loadingContainer(): Container | undefined {
  return loading;
}

const { load, loadAsync } = Container.prototype;

Container.prototype.load = function (this: Container, ...modules: ContainerModule[]): void {
  noting(this, () => load.apply(this, modules));
};

Container.prototype.loadAsync = function (this: Container, ...modules: ContainerModule[]): Promise<void> {
  return noting(this, () => loadAsync.apply(this, modules));
};

function noting<T>(container: Container, work: () => T): T {
  const outer = loading;
  loading = container;
  try {
    return work();
  } finally {
    loading = outer;
  }
}
