import { type Call, hasInstances, InvalidOptionsError, type Key, type Site, splitKey } from '../../core/index.js';
import type { CachedSettings } from './cache-options.js';
import type { Keeper } from './keeper.js';

/** Who may share values with a use of a cache. */
export interface Sharing {
  /** Equal for those who share. */
  readonly space: unknown;
  /** What the space is called in a store that outlives the process. */
  readonly label: string;
  /** Each instance of this class (of which this is the prototype) has values of its own; undefined where they share. */
  readonly each: object | undefined;
  /** A key says by itself what is asked for: what others put under it is an answer. */
  readonly takesPuts: boolean;
}

/**
 * Says who shares values with a method. Equal arguments of two methods are two questions: without a `key` it shares with nobody. Throws
 * InvalidOptionsError where a store outlives the process, and who is who would be forgotten with that.
 */
export function sharingOf({ key, name, scope }: CachedSettings, cache: object, site: Site, lasting: boolean): Sharing {
  if (lasting) checkLasting(key !== undefined, scope, site);
  const byInstance = !lasting && (scope ?? 'instance') === 'instance' && hasInstances(site);
  const each = byInstance ? site.concrete : undefined;
  if (key === undefined) {
    const isOwn = name === undefined && scope !== 'class'; // the cache is called as the method: who puts means its arguments
    return { each, space: site.name, label: `m:${site.name}`, takesPuts: isOwn };
  }
  if (name !== undefined) return { each, space: cache, label: '', takesPuts: true };
  return { each, space: classBehind(site), label: `c:${site.className}`, takesPuts: true };
}

/** Reads the key under which a call's value is kept, apart from those of others. */
export function ownKeys(
  keyOf: (call: Call) => Key | undefined,
  { space, label, each, takesPuts }: Sharing,
  keeper: Keeper,
): (call: Call) => Key | undefined {
  const numbers = keeper.owners.space(space);
  keeper.owners.reads(numbers, each, takesPuts);
  if (each !== undefined) {
    return (call) => {
      const key = keyOf(call);
      return key === undefined ? undefined : splitKey(key, numbers.of(call.target));
    };
  }
  const by = numbers.of(undefined);
  keeper.named(by, label);
  return (call) => {
    const key = keyOf(call);
    return key === undefined ? undefined : splitKey(key, by);
  };
}

function checkLasting(hasKey: boolean, scope: CachedSettings['scope'], site: Site): void {
  const fault = (option: string, rule: string) =>
    new InvalidOptionsError({ decorator: '@Cached', option, rule, site: site.name });
  if (/#\d+$/.test(site.name) || /#\d+$/.test(site.className))
    throw fault('store', 'outlives the process, and two classes of one name would meet in it: give them an id each');
  if (!hasInstances(site)) {
    if (site.className !== 'anonymous') return;
    throw fault('store', 'outlives the process, and functions without a name would meet in it: give it an id');
  }
  const rule = "outlives the process, and instances do not: say scope: 'method' or 'class', or give a key";
  if (scope === 'instance' || (scope === undefined && !hasKey)) throw fault('store', rule);
}

function classBehind({ concrete }: Site): unknown {
  return typeof concrete === 'function' ? (concrete.prototype ?? concrete) : concrete; // not its name: two classes may have the same
}
