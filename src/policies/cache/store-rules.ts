import {
  count,
  type Duration,
  duration,
  faultless,
  faultOf,
  optional,
  options,
  that,
  withFields,
} from '../../core/index.js';
import type { Tags } from './cache-options.js';
import { isObject } from './cache-rules.js';
import type { CacheStore } from './cache-store.js';
import type { Serializer } from './serializer.js';

/** How an operation of a store is repeated. */
export interface StoreRetryOptions {
  /** Attempts in all, the first one included. @default 3 */
  readonly maxAttempts?: number;
  /** What passes between two of them. @default '100ms' */
  readonly delay?: Duration;
}

export const storeRetryOptions = options<StoreRetryOptions>()('@Cached storeRetry', {
  maxAttempts: optional(count({ min: 1, max: 100 }), 3),
  delay: optional(duration(), '100ms'),
});

export function retryOfStore() {
  const form = that<StoreRetryOptions | false>(
    (value) => value === false || isObject(value),
    'must be an object of options, or false',
  );
  return withFields(form, (value) =>
    value === false ? undefined : faultOf(() => storeRetryOptions.complete(storeRetryOptions.check(value), '')),
  );
}

/** Something that keeps entries. */
export function store() {
  return faultless<CacheStore>(lacking('a CacheStore', ['get', 'set', 'delete', 'deleteByTag', 'clear']));
}

/** Something that turns values into bytes and back. */
export function serializer() {
  return faultless<Serializer>(lacking('a Serializer', ['serialize', 'deserialize']));
}

export function tagsOption() {
  return that<Tags>(
    (value) => typeof value === 'function' || isTags(value),
    'must be a list of strings, none of them empty or with a *, or a function that returns one',
  );
}

/** Tells whether something can be the tags of a value: a `*` is for patterns alone. */
export function isTags(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string' && tag !== '' && !tag.includes('*'));
}

export function version() {
  return that<string | number>(
    (value) => typeof value === 'string' || Number.isFinite(value),
    'must be a string or a number',
  );
}

function lacking(what: string, methods: readonly string[]) {
  return (value: unknown): string | undefined => {
    const held = isObject(value) ? (value as Readonly<Record<string, unknown>>) : {};
    const missing = methods.filter((method) => typeof held[method] !== 'function');
    return missing.length > 0 ? `must be ${what}: it has no ${missing.join(', ')}` : undefined;
  };
}
