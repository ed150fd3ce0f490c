import {
  Clock,
  callback,
  flag,
  optional,
  options,
  type Random,
  type Resolve,
  systemClock,
  systemRandom,
  that,
} from '../core/index.js';
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
}

export const runtimeOptions = options<RuntimeOptions>()('Runtime', {
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
});

function areListeners(value: unknown): boolean {
  return Array.isArray(value) && value.every(hasMethod('attach'));
}

function hasMethod(name: string): (value: unknown) => boolean {
  return (value) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function';
}
