import {
  Clock,
  callback,
  faultless,
  flag,
  maybe,
  optional,
  options,
  type Random,
  type Resolve,
  systemClock,
  systemRandom,
  that,
} from '../core/index.js';
import { type KindName, kindsFault } from './kinds-in-force.js';
import type { Runtime } from './runtime.js';

/** Watches a runtime: metrics, logs, traces. */
export interface Listener {
  /** Starts to watch; the returned function stops. */
  attach(runtime: Runtime): (() => void) | undefined;
}

/** What a runtime is given. */
export interface RuntimeOptions {
  /** @default the time of this process */
  readonly clock?: Clock;
  /** @default the chance of the JavaScript engine */
  readonly random?: Random;
  /** Who watches: metrics, logs, traces. @default nobody */
  readonly listeners?: readonly Listener[];
  /** Gives an instance of a class, as a container does; undefined when it knows none. @default knows none */
  readonly resolve?: Resolve;
  /** Makes `currentCall()` valid anywhere beneath a method, at the price of an AsyncLocalStorage. @default false */
  readonly asyncContext?: boolean;
  /** Keeps the stack of every refusal, to find out who called; a refusal then costs as much as any error. @default false */
  readonly captureStacks?: boolean;
  /**
   * Kinds of policies that are left out of every pipeline, those of clients included, and those of `definePolicy` that are defined by then: a method
   * without policies calls straight through, and keeps its events, its signal and its `this`. `'all'` means all, Fallback too, unlike a master
   * switch in configuration. What does not stand around a method (`circuit.execute()`, `cache.wrap()`) goes on. Meant for tests of what a method
   * does by itself.
   * @default none
   */
  readonly without?: 'all' | readonly KindName[];
  /** The kinds of policies that act: all others are left out. Never together with `without`. @default all */
  readonly only?: readonly KindName[];
}

export const runtimeOptions = options<RuntimeOptions>()(
  'Runtime',
  {
    clock: optional(
      that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
      systemClock,
    ),
    random: optional(that<Random>(hasMethod('next'), 'must have a method next()'), systemRandom),
    listeners: optional(
      that<readonly Listener[]>(areListeners, 'must be a list of listeners, each with a method attach(runtime)'),
      [],
    ),
    resolve: optional(callback<Resolve>(), () => undefined),
    asyncContext: optional(flag(), false),
    captureStacks: optional(flag(), false),
    without: maybe(faultless<NonNullable<RuntimeOptions['without']>>(withoutFault)),
    only: maybe(faultless<NonNullable<RuntimeOptions['only']>>(kindsFault)),
  },
  ({ without, only }) =>
    without !== undefined && only !== undefined
      ? { option: 'only', rule: 'does not go together with without: give one of the two', value: only }
      : undefined,
);

function withoutFault(given: unknown): string | undefined {
  if (given === 'all') return undefined;
  return Array.isArray(given) ? kindsFault(given) : "must be 'all', or a list of kinds";
}

function areListeners(value: unknown): boolean {
  return Array.isArray(value) && value.every(hasMethod('attach'));
}

function hasMethod(name: string): (value: unknown) => boolean {
  return (value) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function';
}
