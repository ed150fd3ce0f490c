import { callback, flag, type KeyFunction, maybe, oneOf, optional, options, that } from '../../core/index.js';

/** The tags of what is dropped: a list, `*` standing for any characters, or a function of the arguments that gives one. `this` is the instance. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are its own
export type EvictedTags = readonly string[] | ((...args: any[]) => readonly string[]);

/** What a call of the method drops from caches: exactly one of `key`, `tags` and `all`. */
export interface CacheEvictOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** The names of the caches. An unnamed cache is called as its method, 'Users.find'. @default all caches, for tags; else it must be given */
  readonly cache?: string | readonly string[];
  /** The key whose values are dropped, by the arguments; undefined drops nothing, a throw rejects the call before the method runs. `this` is the instance. */
  readonly key?: KeyFunction;
  readonly tags?: EvictedTags;
  /** Drops everything. */
  readonly all?: true;
  /** After the method has succeeded, or before it is called, whatever becomes of it. @default 'after' */
  readonly when?: 'after' | 'before';
}

export const cacheEvictOptions = options<CacheEvictOptions>()(
  '@CacheEvict',
  {
    enabled: optional(flag(), true),
    cache: maybe(caches()),
    key: maybe(callback<KeyFunction>()),
    tags: maybe(that<EvictedTags>(isTagsOption, 'must be a list of tags, not empty, or a function that returns one')),
    all: maybe(that<true>((value) => value === true, 'must be true')),
    when: optional(oneOf('after', 'before'), 'after'),
  },
  ({ key, tags, all }) => {
    const given = [key, tags, all].filter((option) => option !== undefined).length;
    return given === 1 ? undefined : { option: 'key', rule: 'or tags or all must be given, and only one of them' };
  },
  ({ cache, tags }) =>
    cache === undefined && tags === undefined ? { option: 'cache', rule: 'must be given' } : undefined,
);

export type CacheEvictSettings = ReturnType<typeof cacheEvictOptions.complete>;

/** The names of caches: one, or several. */
export function caches() {
  const isName = (value: unknown) => typeof value === 'string' && value !== '';
  return that<string | readonly string[]>(
    (value) => isName(value) || (Array.isArray(value) && value.length > 0 && value.every(isName)),
    'must be the name of a cache, or a list of names',
  );
}

function isTagsOption(value: unknown): boolean {
  return typeof value === 'function' || (isPatterns(value) && value.length > 0);
}

/** Tells whether something is a list of tags, or of patterns of them. */
export function isPatterns(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string' && tag !== '');
}
