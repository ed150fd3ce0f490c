import { show } from '../core/index.js';
import { catalogue, type PolicyKindName } from '../policies/catalogue.js';

/** The name of a kind: one of ours, or one that `definePolicy` made. */
export type KindName = PolicyKindName | (string & Record<never, never>);

/** Which kinds of policies a runtime leaves out, or which alone it has. */
interface KindChoice {
  readonly without?: 'all' | readonly KindName[] | undefined;
  readonly only?: readonly KindName[] | undefined;
}

const fromOutside = new Set<string>();

/** Notes a kind from outside, so that its name can be told from a mistake. */
export function noteKind(kind: string): void {
  fromOutside.add(kind);
}

/** What is wrong with a list of kinds: the rule that it breaks, or undefined. */
export function kindsFault(given: unknown): string | undefined {
  if (!Array.isArray(given)) return 'must be a list of kinds';
  const known = [...Object.keys(catalogue), ...fromOutside];
  const unknown = given.filter((kind) => !known.includes(kind));
  if (unknown.length === 0) return undefined;
  return `names no kind of policy by ${show(unknown[0])}; there are ${known.join(', ')}`;
}

/** Tells which kinds act. */
export function inForce({ without = [], only }: KindChoice): (kind: string) => boolean {
  if (without === 'all') return () => false;
  const named = new Set(only ?? without); // a copy: lists may change, pipelines are built at any time
  return (kind) => named.has(kind) === (only !== undefined);
}
