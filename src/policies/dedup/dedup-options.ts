import { callback, flag, type KeyFunction, maybe, oneOf, optional, options, type Scope } from '../../core/index.js';

/** Which calls are merged. */
export interface DedupOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** What is asked for, by the arguments; undefined merges with nobody, a throw rejects the call. `this` is the instance. @default all arguments */
  readonly key?: KeyFunction;
  /** Whose calls are merged: 'instance' those on one instance, 'method' and 'class' those on all instances of the class. Two methods are never merged. @default 'instance' */
  readonly scope?: Scope;
}

export const dedupOptions = options<DedupOptions>()('@Dedup', {
  enabled: optional(flag(), true),
  key: maybe(callback<KeyFunction>()),
  scope: optional(oneOf('method', 'class', 'instance'), 'instance'),
});

export type DedupSettings = ReturnType<typeof dedupOptions.complete>;
