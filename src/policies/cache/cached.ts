import { type Duration, InvalidOptionsError, policyKind, type Services, type Site } from '../../core/index.js';
import { type Cache, partsOf } from './cache.js';
import { type CachedOptions, type CachedSettings, cachedOptions, ofCache } from './cache-options.js';
import { CachePolicy } from './cache-policy.js';
import { sharingOf } from './own-keys.js';

/** Caching as a kind of policy; `@Cached('1m')` is short for `ttl`. */
export const cached = policyKind({
  kind: 'cached',
  decorator: '@Cached',
  places: ['cached'],
  options: cachedOptions,
  shorthand: (value): CachedOptions | undefined => (typeof value === 'object' ? undefined : { ttl: value as Duration }),
  create: (settings, site, services, _place, given) => {
    const cache = cacheFor(settings, given, site, services);
    const { store } = partsOf(cache).keeper.settings;
    const sharing = sharingOf(settings, cache, site, store !== undefined && !store.volatile);
    return new CachePolicy(cache, settings, sharing, site);
  },
});

function cacheFor(
  { name, scope }: CachedSettings,
  given: CachedOptions,
  site: Site,
  { registries: { caches } }: Services,
): Cache {
  const label = name ?? (scope === 'class' ? site.className : site.name);
  if (given.ttl === undefined && caches.find(label) === undefined) {
    const rule = name === undefined ? 'must be given' : `must be given: there is no cache '${name}' that has it`;
    throw new InvalidOptionsError({ decorator: '@Cached', option: 'ttl', rule, site: site.name });
  }
  return caches.claim(label, ofCache(given), site.name);
}
