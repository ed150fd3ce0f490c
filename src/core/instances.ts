import type { Call } from './call.js';
import { callback, count, duration, name, oneOf } from './checks.js';
import type { Duration } from './duration.js';
import { checkKey, type Key, keyOf, splitKey } from './key.js';
import type { Keyed } from './keyed.js';
import { maybe, optional } from './options.js';
import type { Site } from './policy.js';
import type { Registry } from './registry.js';
import type { Services } from './services.js';

/** Who shares the state of a policy. */
export type Scope = 'method' | 'class' | 'instance';

/** How the state of a policy is shared and split. */
export interface SharingOptions {
  /** Shares the state with every other use of this name in the runtime. */
  readonly name?: string;
  /** One state for each method of a class, one for all methods of the class, or one per instance. @default 'method' */
  readonly scope?: Scope;
  /** Splits the state by what this returns for a call's arguments; undefined leaves the call with the unsplit one. `this` is the instance. */
  // biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
  readonly key?: (...args: any[]) => unknown;
  /** The most keys at a time; when all are busy, new ones share one state. @default 1000 */
  readonly maxKeys?: number;
  /** After how long without use the state of a key may go. @default '10m' */
  readonly idle?: Duration;
}

/** The checks and defaults of the options by which state is shared. */
export const sharingOptions = {
  name: maybe(name()),
  scope: optional(oneOf('method', 'class', 'instance'), 'method'),
  // biome-ignore lint/suspicious/noExplicitAny: as above
  key: maybe(callback<(...args: any[]) => unknown>()),
  maxKeys: optional(count({ min: 1 }), 1000),
  idle: optional(duration({ min: 1 }), '10m'),
} as const;

/** The sharing of one use, checked and complete. */
export interface Sharing {
  readonly name: string | undefined;
  readonly scope: Scope;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly key: ((...args: any[]) => unknown) | undefined;
  readonly maxKeys: number;
  readonly idle: number;
}

/** The instances that one use of a policy works with. */
export interface Instances<T> {
  /** The name in the registry. */
  readonly name: string;
  /** The one instance, where nothing splits it: decide by it when the pipeline is built. */
  readonly only: T | undefined;
  /** The instance for a call. */
  of(call: Call): T;
}

/** Takes the instances for one use from their registry. */
export function instancesFor<T, Given extends object>(
  registry: Registry<T, Given>,
  sharing: Sharing,
  given: Given,
  site: Site,
  { clock }: Pick<Services, 'clock'>,
): Instances<T> {
  const label = sharing.name ?? (sharing.scope === 'class' ? site.className : site.name);
  const main = registry.claim(label, given, site.name);
  if (sharing.key === undefined && sharing.scope !== 'instance') return { name: label, only: main, of: () => main };
  return new SplitInstances(label, main, registry.family(label, sharing, clock), sharing);
}

/** Where several kinds of numbers are drawn from. */
export interface NumberSource {
  next: number;
}

/** Numbers objects in the order of their first use, without keeping them alive. */
export class Numbers {
  readonly #known = new WeakMap<object, number>();
  readonly #source: NumberSource;
  #nobody: number | undefined;

  /** Those that draw from one source never give the same number. */
  constructor(source: NumberSource = { next: 0 }) {
    this.#source = source;
  }

  /** 0 for the first that is asked for; all that is no object has one number. */
  of(target: unknown): number {
    if ((typeof target !== 'object' && typeof target !== 'function') || target === null) {
      this.#nobody ??= this.#source.next++;
      return this.#nobody;
    }
    const known = this.#known.get(target);
    if (known !== undefined) return known;
    this.#known.set(target, this.#source.next);
    return this.#source.next++;
  }
}

const numbers = new WeakMap<object, Numbers>();

/** All uses of one name number instances alike: what is one instance's in one method is not another's in the next. */
function numbersOf(family: object): Numbers {
  const known = numbers.get(family) ?? new Numbers();
  numbers.set(family, known);
  return known;
}

/** The key where only the instance splits the state. */
const unsplit: Key = keyOf([]);

class SplitInstances<T> implements Instances<T> {
  readonly name: string;
  readonly only = undefined;
  readonly #main: T;
  readonly #family: Keyed<T>;
  readonly #key: Sharing['key'];
  readonly #numbers: Numbers | undefined;

  constructor(name: string, main: T, family: Keyed<T>, { key, scope }: Sharing) {
    this.name = name;
    this.#main = main;
    this.#family = family;
    this.#key = key;
    this.#numbers = scope === 'instance' ? numbersOf(family) : undefined;
  }

  of(call: Call): T {
    const given = this.#key?.apply(call.target, call.args as unknown[]);
    const key = this.#key === undefined ? unsplit : checkKey(given, call.site);
    if (key === undefined) return this.#main;
    const own = this.#numbers === undefined ? key : splitKey(key, this.#numbers.of(call.target));
    return this.#family.of(own, given);
  }
}
