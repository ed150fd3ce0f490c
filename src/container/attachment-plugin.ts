import { Plugin, type PluginContext } from '@inversifyjs/plugin';
import { type BindingActivation, bindingScopeValues, type Container, type ServiceIdentifier } from 'inversify';
import { Runtime } from '../runtime/index.js';
import { attach } from './attach.js';

type Activations = Iterable<BindingActivation<unknown>>;
type ActivationService = PluginContext['activationService'];
type PlanCache = PluginContext['planResultCacheService'];

/** Has everything that a container resolves attached to the Runtime bound there, now or later. */
export function equip(container: Container): AttachmentPlugin {
  if (!plugins.has(container)) container.register(AttachmentPlugin);
  return plugins.get(container) as AttachmentPlugin;
}

/** One plugin for each container's life: inversify keeps no plugin, and holds subscribers weakly. */
const plugins = new WeakMap<Container, AttachmentPlugin>();

/** Our activations, and lists of nothing else, so that a child's container can leave out its ancestors'. */
const ours = new WeakSet<BindingActivation<unknown> | Activations>();

const none: Activations = [];

/**
 * Adds one activation to every service. Inversify knows activations by service only. It tells plugins of new plans, but not of
 * plans that a later `bind` or `rebind` changes, nor of the plans of child containers. All resolutions ask one place,
 * `activationService.get`, of their container and then of its parent; so that is where the activation is added.
 */
export class AttachmentPlugin extends Plugin<Container> {
  #bound = false;
  #owned: Runtime | undefined;
  #watched: ActivationService | undefined;
  #reachable: Set<ServiceIdentifier> | undefined;
  readonly #runtime = () => this._container.get(Runtime);
  readonly #attach: BindingActivation<unknown> = (_context, value) => attach(value, this.#runtime);
  readonly #alone: Activations = [this.#attach];

  override load(): void {
    plugins.set(this._container, this);
    ours.add(this.#attach).add(this.#alone);
    const { planResultCacheService } = this._context;
    planResultCacheService.subscribe(this as unknown as PlanCache); // of a subscriber inversify uses the next two methods
    planResultCacheService.clearCache();
  }

  /** Inversify calls it after `restore`, `unload` and `unbindAll`, here and in ancestors. */
  clearCache(): void {
    this.#refresh();
  }

  /** Inversify calls it after each `bind` and `unbind`, here and in ancestors. */
  invalidateServiceBinding(): void {
    this.#refresh();
  }

  /** Disposes a runtime as soon as the container has it no more. */
  own(runtime: Runtime): void {
    this.#owned = runtime;
    this.#refresh();
  }

  #refresh(): void {
    this.#reachable = undefined;
    this.#bound = this._container.isCurrentBound(Runtime);
    this.#watch(this._context.activationService);
    this.#dispose();
  }

  /** Each `restore` brings another service. */
  #watch(service: ActivationService): void {
    if (service === this.#watched) return;
    const ask = service.get.bind(service);
    service.get = (id) => this.#add(id, ask(id));
    this.#watched = service;
  }

  #dispose(): void {
    const owned = this.#owned;
    if (!owned || this.#binds(owned)) return;
    this.#owned = undefined;
    void owned.dispose(); // inversify's unload cannot wait; should a listener fail to stop, the process hears of it
  }

  #binds(runtime: Runtime): boolean {
    const bindings = [...(this._context.bindingService.getNonParentBindings(Runtime) ?? [])];
    return bindings.some((binding) => 'value' in binding && binding.value === runtime);
  }

  /** First, so that other activations find the runtime; and last, for what they put in its place. */
  #add(id: ServiceIdentifier, others: Activations | undefined): Activations {
    if (!this.#bound || this.#belongsToAncestor(id)) return others ?? none;
    if (!others || ours.has(others)) return this.#alone;
    return [this.#attach, ...[...others].filter((activation) => !ours.has(activation)), this.#attach];
  }

  /** An ancestor's singleton keeps the ancestor's runtime; whatever else is resolved here is ours, a child's services included. */
  #belongsToAncestor(id: ServiceIdentifier): boolean {
    const { bindingService } = this._context;
    if (bindingService.getNonParentBindings(id)) return false;
    this.#reachable ??= new Set(bindingService.getBoundServices());
    if (!this.#reachable.has(id)) return false; // asking `get` for it would bind it, in a container with `autobind`
    for (const binding of bindingService.get(id) ?? []) {
      if ('scope' in binding && binding.scope === bindingScopeValues.Singleton) return true;
    }
    return false;
  }
}
