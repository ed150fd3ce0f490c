import type { Runtime } from '../runtime/index.js';

/** A client by its name: its own, or that of its kind where it was given none. */
export interface Named {
  readonly name: string;
  readonly named: boolean;
}

const nameless = new WeakMap<Runtime, Map<string, number>>();

/** What a client is called in its runtime: clients of one name share their state, one without has its own. */
export function labelOf({ name, named }: Named, runtime: Runtime): string {
  if (named) return name;
  const counts = nameless.get(runtime) ?? new Map<string, number>();
  const count = (counts.get(name) ?? 0) + 1;
  nameless.set(runtime, counts.set(name, count));
  return count === 1 ? name : `${name}.${count}`;
}

/** Under what its circuits, limiters and bulkheads are found in the registries: apart from those that decorators name. */
export function stateName(label: string): string {
  return `http:${label}`;
}
