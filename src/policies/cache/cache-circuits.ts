import type { Clock, Key, KeyedBounds } from '../../core/index.js';

/** What a cache needs of a circuit. */
export interface CacheCircuit {
  readonly state: string;
  execute<T>(run: () => PromiseLike<T> | T, options?: { readonly signal?: AbortSignal }): Promise<T>;
}

/** Where a cache finds its circuits: the runtime's, so that everybody can see and steer them. */
export interface CacheCircuits {
  claim(
    name: string,
    given: { readonly failureThreshold?: number; readonly openFor?: number },
    site: string,
  ): CacheCircuit;
  family(name: string, bounds: KeyedBounds, clock: Clock): { of(key: Key, given?: unknown): CacheCircuit };
}
