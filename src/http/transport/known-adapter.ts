import type { AxiosAdapter } from 'axios';

/**
 * Tells whether an adapter is `undiciAdapter()`, of this copy of the package or another: it takes the trip for a signal, and hands over bodies as they
 * came where it is told not to decompress.
 */
export function isUndici(adapter: AxiosAdapter): boolean {
  return (adapter as { readonly adapterName?: string }).adapterName === 'undici';
}
