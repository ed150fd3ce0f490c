import type { CacheSettings } from './cache-options.js';

/** How long values last, in a few words. */
export function summaryOf({ ttl, staleFor, staleIfError, store, serializer }: CacheSettings): string {
  const fresh = typeof ttl === 'number' ? `fresh for ${ttl} ms` : 'fresh as long as ttl says';
  const stale = staleFor === 0 ? '' : `, stale for ${told(staleFor)}`;
  const failed = staleIfError === 0 ? '' : `, ${told(staleIfError)} if loading fails`;
  const where = store === undefined ? '' : `, in ${store.label ?? 'a store'}`;
  const form = serializer === undefined ? '' : `, as ${serializer.label}`;
  return fresh + stale + failed + where + form;
}

function told(lasting: CacheSettings['staleFor']): string {
  return typeof lasting === 'number' ? `${lasting} ms` : 'as long as it says';
}
