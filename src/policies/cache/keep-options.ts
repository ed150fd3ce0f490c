import { type Duration, duration, InvalidOptionsError, maybe, options, that } from '../../core/index.js';
import { isTags } from './store-rules.js';
import type { OwnTerms } from './terms.js';

/** How one value is kept, instead of as the options of its cache say. */
export interface KeepOptions {
  readonly ttl?: Duration;
  readonly staleFor?: Duration;
  readonly staleIfError?: Duration;
  /** By what it can be invalidated besides its key. @default none */
  readonly tags?: readonly string[];
}

const keepOptions = options<KeepOptions>()('set()', {
  ttl: maybe(duration({ min: 1 })),
  staleFor: maybe(duration()),
  staleIfError: maybe(duration()),
  tags: maybe(that<readonly string[]>(isTags, 'must be a list of strings, none of them empty or with a *')),
});

/** Reads how a value is kept; throws InvalidOptionsError. */
export function readKeeping(given: KeepOptions, cache: string): { own: OwnTerms | undefined; tags: readonly string[] } {
  const { tags = [], ...terms } = keepOptions.complete(keepOptions.check(given, cache), cache);
  const own = Object.entries(terms).filter(([, term]) => term !== undefined);
  return { own: own.length > 0 ? Object.fromEntries(own) : undefined, tags };
}

/** Reads the patterns of an invalidation; throws InvalidOptionsError. */
export function readPatterns(given: unknown, cache: string): readonly string[] {
  const patterns: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (patterns.every((pattern) => typeof pattern === 'string' && pattern !== '')) return patterns as readonly string[];
  const rule = 'takes a tag, a pattern with *, or a list of them';
  throw new InvalidOptionsError({ decorator: 'invalidate()', rule, value: given, site: cache });
}
