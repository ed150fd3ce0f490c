import type { GivenPolicies } from '../../../src/runtime/index.js';
import { protectForTest, watch } from '../../../src/testing/index.js';

/** A method whose calls the test ends, each by the name that it was called with. */
export function gated() {
  const ends = new Map<string, { resolve(value: string): void; reject(error: unknown): void }>();
  const method = (name: string, _signal?: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
  return {
    method,
    get started() {
      return [...ends.keys()];
    },
    end: (name: string) => ends.get(name)?.resolve(name),
    fail: (name: string, error: unknown) => ends.get(name)?.reject(error),
  };
}

/** Calls a protected method once for each name. */
export function crowd(policies: GivenPolicies, ...names: readonly string[]) {
  const gate = gated();
  const world = protectForTest(gate.method, policies);
  const come = (name: string, signal?: AbortSignal) =>
    watch(signal === undefined ? world.call(name) : world.call(name, signal));
  const seen = Object.fromEntries(names.map((name) => [name, come(name)]));
  const states = () => Object.values(seen).map(({ state }) => state);
  const bulkhead = world.runtime.bulkheads.get('Service.method');
  return { ...world, gate, come, seen, states, bulkhead, settle: () => world.clock.advance(0) };
}

/** So many names, from `a` on. */
export const letters = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));
