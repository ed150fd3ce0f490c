import { type Call, InvalidOptionsError } from '../../core/index.js';
import type { CachedOptions } from './cache-options.js';
import { isPromise } from './store-guard.js';

/** What says whether a value is kept; undefined where all are. */
export function keepsBy(
  cacheIf: CachedOptions['cacheIf'],
  decorator: string,
): ((value: unknown, call: Call) => boolean) | undefined {
  if (cacheIf === undefined) return undefined;
  return (value, { target, args, site }) => {
    const kept: unknown = cacheIf.call(target, value, ...args);
    if (!isPromise(kept)) return Boolean(kept);
    throw new InvalidOptionsError({ decorator, option: 'cacheIf', rule: 'must not be async', site });
  };
}
