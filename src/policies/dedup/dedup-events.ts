import type { Key } from '../../core/index.js';

declare module '../../core/events.js' {
  interface Events {
    /** A call waits for another that asks for the same. The key may contain arguments of the call: keep it out of logs. */
    'dedup.joined': { readonly site: string; readonly key: Key };
  }
}
