import type { Clock, Random, Resolve } from '../core/index.js';
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
  /** Who watches: metrics, logs, traces. */
  readonly listeners?: readonly Listener[];
  /** Gives an instance of a class, as a container does; undefined when it knows none. */
  readonly resolve?: Resolve;
  /** Makes `currentCall()` valid anywhere beneath a method, at the price of an AsyncLocalStorage. @default false */
  readonly asyncContext?: boolean;
}
