import {
  type AnyClass,
  type Clock,
  type Duration,
  EventBus,
  Lifetime,
  type Registries,
  type Services,
} from '../core/index.js';
import { build, type Pipeline } from '../pipeline/index.js';
import { createRegistries } from '../policies/catalogue.js';
import { attach, noteContainer, noteOwner } from './attachment.js';
import { classBehind } from './concrete.js';
import type { Declaration } from './declaration.js';
import { drain, patienceFrom } from './drain.js';
import { inForce } from './kinds-in-force.js';
import { Labels } from './labels.js';
import { type PlanTerms, planOf } from './plan.js';
import { preparable } from './preparation.js';
import { describeMethod, type PreparedMethod } from './prepared-method.js';
import { type Listener, type RuntimeOptions, runtimeOptions } from './runtime-options.js';
import { siteOf } from './site.js';

/** Owns registries and pipelines, hence all state: one per container, and one for plain `new`. */
export class Runtime implements AsyncDisposable {
  readonly events: EventBus;
  readonly budgets: Registries['budgets'];
  readonly circuits: Registries['circuits'];
  readonly throttles: Registries['throttles'];
  readonly limiters: Registries['limiters'];
  readonly bulkheads: Registries['bulkheads'];
  readonly caches: Registries['caches'];
  readonly #services: Services;
  readonly #terms: PlanTerms;
  readonly #pipelines = new Map<object, Map<Declaration, Pipeline>>();
  readonly #sites = new Map<string, number>();
  readonly #classes = new Labels();
  readonly #detach: (() => void)[] = [];
  readonly #defaulted = new WeakSet<object>();
  #disposal: Promise<void> | undefined;

  /** Throws InvalidOptionsError for options that it does not know or cannot use. */
  constructor(options: RuntimeOptions = {}) {
    const settings = runtimeOptions.complete(runtimeOptions.check(options), '');
    const { clock, random, resolve, asyncContext, captureStacks, listeners, without, only } = settings;
    this.events = new EventBus();
    const lives = { lifetime: new Lifetime(), closing: new Lifetime() };
    const world = { clock, random, resolve, captureStacks, events: this.events, ...lives };
    const registries = createRegistries(world);
    this.#services = { ...world, registries };
    this.budgets = registries.budgets;
    this.circuits = registries.circuits;
    this.throttles = registries.throttles;
    this.limiters = registries.limiters;
    this.bulkheads = registries.bulkheads;
    this.caches = registries.caches;
    this.#terms = { everywhere: asyncContext, includes: inForce({ without, only }) };
    noteOwner(lives.lifetime, this);
    for (const listener of listeners) this.listen(listener);
  }

  /** All prepared methods, with their counters. */
  *methods(): IterableIterator<PreparedMethod> {
    for (const pipeline of this.#all()) yield describeMethod(pipeline);
  }

  /** Nothing runs in it any more, or soon will not. */
  get disposed(): boolean {
    return this.#disposal !== undefined;
  }

  /** By which everything in it goes. */
  get clock(): Clock {
    return this.#services.clock;
  }

  /** Lets a listener watch this runtime until it is disposed. */
  listen(listener: Listener): void {
    const detach = listener.attach(this);
    if (detach) this.#detach.push(detach);
  }

  /** Builds and checks the pipelines of all protected methods of some classes, inherited ones included; throws InvalidOptionsError. */
  prepare(...classes: readonly AnyClass[]): void {
    for (const type of classes) {
      for (const { declaration, concrete } of preparable(type)) this.pipeline(declaration, concrete);
    }
  }

  /** Makes an instance use this runtime; the first runtime stays, a second one is an error. */
  bind(instance: object): void {
    attach(instance, this);
  }

  /** Says that a container holds this runtime, so that classes outside of it can be told of. */
  hold(): void {
    noteContainer();
  }

  /** Tells, once per class, that it uses the default runtime although a container has another. */
  tellDefaulted(declaration: Declaration, concrete: object): void {
    if (this.#defaulted.has(concrete)) return;
    this.#defaulted.add(concrete);
    const { className } = siteOf(declaration, concrete);
    this.events.emit('runtime.defaulted', { site: this.pipeline(declaration, concrete).site, className });
  }

  /** The pipeline of a declaration for one concrete class; built on first use. */
  pipeline(declaration: Declaration, concrete: object): Pipeline {
    const known = this.#pipelines.get(concrete);
    const found = known?.get(declaration);
    if (found) return found;
    const built = this.#build(declaration, concrete);
    if (known) known.set(declaration, built);
    else this.#pipelines.set(concrete, new Map([[declaration, built]]));
    return built;
  }

  /**
   * Ends everything: new and waiting calls reject with RuntimeDisposedError at once, running ones may finish until `drain`, then they are aborted:
   * all whose signal or call somebody looked at, or that have a timeout; a method that nobody can reach ends when it ends.
   * Calling it again waits for the same end.
   */
  dispose({ drain: patience = '10s' }: { readonly drain?: Duration } = {}): Promise<void> {
    const longest = patienceFrom(patience); // a mistake is one each time
    this.#disposal ??= this.#dispose(longest);
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #dispose(patience: number): Promise<void> {
    await drain([...this.#all()], this.#services, patience);
    this.events.emit('runtime.disposed', { site: '' });
    for (const detach of this.#detach.splice(0)) detach();
  }

  #build(declaration: Declaration, concrete: object): Pipeline {
    const site = siteOf(declaration, concrete);
    const name = this.#uniqueName(site.name);
    const className = this.#classes.of(
      declaration.label === undefined ? classBehind(concrete) : declaration,
      site.className,
    );
    const plan = planOf(declaration, { ...site, name, className }, this.#terms);
    const pipeline = build(plan, this.#services);
    this.#sites.set(site.name, (this.#sites.get(site.name) ?? 0) + 1);
    if (name !== site.name) this.events.emit('runtime.renamed', { site: name, taken: site.name });
    return pipeline;
  }

  #uniqueName(name: string): string {
    const taken = this.#sites.get(name);
    return taken === undefined ? name : `${name}#${taken + 1}`;
  }

  *#all(): IterableIterator<Pipeline> {
    for (const pipelines of this.#pipelines.values()) yield* pipelines.values();
  }
}
