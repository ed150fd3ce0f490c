import { type Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { InvalidOptionsError, type OptionFault } from '../core/index.js';
import { Runtime, type RuntimeOptions } from '../runtime/index.js';
import { equip } from './attachment-plugin.js';
import { loadingContainer } from './loading.js';
import { bindRegistries } from './registry-bindings.js';

const decorator = 'resilienceModule()';

/** What a container's runtime is made with. */
export interface NewRuntime extends RuntimeOptions {
  readonly runtime?: never;
}

/** A runtime that exists already: whoever made it disposes it. */
export interface LentRuntime {
  readonly runtime: Runtime;
}

/** The runtime that a container is to have: a new one, or one that exists already. */
export type ResilienceModuleOptions = NewRuntime | LentRuntime;

/**
 * Gives a container its runtime, and every service that the container resolves that runtime: in every scope, from every kind
 * of binding, and in child containers that have no module of their own.
 *
 * ```ts
 * const container = new Container();
 * container.load(resilienceModule({ listeners: [prometheus()] }));
 * container.bind(GitHub).toSelf().inSingletonScope();
 *
 * container.get(GitHub);                 // wrong options of its decorators throw here
 * container.get(CircuitBreakerRegistry); // injectable, like the other registries and Runtime
 * ```
 *
 * A parent's singleton keeps the parent's runtime, whoever resolves it first. What runs before a service is handed out (its
 * constructor, its `@postConstruct` methods, its binding's own `onActivation`) uses the default runtime; so does what a factory
 * makes by `new`, and what was handed out before the module was loaded. Once the container has the runtime no more, after
 * `unload(module)` for instance, it is disposed; to wait for calls that are under way, dispose it yourself before.
 */
export function resilienceModule(options: ResilienceModuleOptions = {}): ContainerModule {
  const { runtime: lent, ...given } = checked(options);
  return new ContainerModule(({ bind }) => {
    const container = containerWithout(Runtime);
    const plugin = equip(container);
    const runtime = lent ?? new Runtime({ resolve: (token) => find(container, token), ...given });
    bind(Runtime).toConstantValue(runtime);
    bindRegistries(bind);
    if (!lent) plugin.own(runtime);
    runtime.hold();
  });
}

function checked(options: ResilienceModuleOptions): ResilienceModuleOptions {
  const isObject = typeof options === 'object' && options !== null;
  if (!isObject) throw wrong({ rule: 'takes an object of options', value: options });
  const { runtime, ...others } = options;
  if (runtime === undefined) return options;
  if (!(runtime instanceof Runtime)) throw wrong({ option: 'runtime', rule: 'must be a Runtime', value: runtime });
  const beside = Object.keys(others);
  if (beside.length === 0) return options;
  throw wrong({ option: 'runtime', rule: 'has its options already: nothing can stand beside it', value: beside });
}

function wrong(fault: Omit<OptionFault, 'decorator'>): InvalidOptionsError {
  return new InvalidOptionsError({ decorator, ...fault }, resilienceModule);
}

function containerWithout(runtime: ServiceIdentifier<Runtime>): Container {
  const container = loadingContainer();
  if (!container) {
    const rule = 'is being loaded by a container of another copy of inversify: have one only (`npm ls inversify`)';
    throw new InvalidOptionsError({ decorator, rule });
  }
  if (!container.isCurrentBound(runtime)) return container;
  const rule = 'is being loaded into a container that has a Runtime already: unload the other module first';
  throw new InvalidOptionsError({ decorator, rule });
}

function find(container: Container, token: unknown): unknown {
  return container.get(token as ServiceIdentifier, { optional: true });
}
