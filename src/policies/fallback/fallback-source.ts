import { InvalidOptionsError, type Site } from '../../core/index.js';
import type { FallbackSource, FallbackSourceClass } from './fallback-options.js';

const made = new WeakMap<object, WeakMap<FallbackSourceClass, FallbackSource>>();

/** The instance of a class that no container knows: made once in each runtime, which is known by its registries. */
export function sourceOf(use: FallbackSourceClass, runtime: object, { name }: Site): FallbackSource {
  const known = made.get(runtime) ?? new WeakMap<FallbackSourceClass, FallbackSource>();
  made.set(runtime, known);
  const source = known.get(use) ?? constructed(use, name);
  known.set(use, source);
  return source;
}

function constructed(use: FallbackSourceClass, site: string): FallbackSource {
  if (use.length === 0) return new (use as unknown as new () => FallbackSource)();
  const rule = 'needs arguments, and no container knows it';
  throw new InvalidOptionsError({ decorator: '@Fallback', option: 'use', rule, value: use, site });
}
