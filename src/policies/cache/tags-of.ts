import { type Call, InvalidOptionsError } from '../../core/index.js';
import type { Tags } from './cache-options.js';
import { isTags } from './store-rules.js';

/** What says which tags a value of a use bears. */
export function tagsOf(
  tags: Tags | undefined,
  site: string,
  decorator = '@Cached',
): ((value: unknown, call: Call) => readonly string[]) | undefined {
  if (tags === undefined || (typeof tags !== 'function' && tags.length === 0)) return undefined;
  if (typeof tags !== 'function') return () => tags;
  return (value, { target, args }) => {
    const found: unknown = tags.call(target, value, ...args);
    if (isTags(found)) return found;
    const rule = 'must return a list of strings, none of them empty or with a *';
    throw new InvalidOptionsError({ decorator, option: 'tags', rule, value: found, site });
  };
}
