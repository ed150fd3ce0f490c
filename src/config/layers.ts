import type { PolicyKind } from '../core/index.js';

/** What one layer says of one kind. */
export interface LayerSpec {
  readonly kind: PolicyKind;
  readonly options: object;
  /** The kind is taken away from what the layers below gave. */
  readonly removed?: boolean;
}

/** Merges layers option by option, the most general first; a kind that is switched off is left out. */
export function mergeLayers(layers: readonly (readonly LayerSpec[])[]): LayerSpec[] {
  const merged = new Map<PolicyKind, LayerSpec>();
  for (const { kind, options, removed } of layers.flat()) {
    if (removed) merged.delete(kind);
    else merged.set(kind, { kind, options: { ...beneath(kind, merged.get(kind)?.options, options), ...options } });
  }
  return [...merged.values()].filter(({ options }) => (options as { readonly enabled?: boolean }).enabled !== false);
}

/** What the layers below leave to hold beside the options of a nearer one. */
function beneath({ alternatives = [] }: PolicyKind, below: object | undefined, nearer: object): object {
  if (below === undefined) return {};
  if (!alternatives.some((option) => option in nearer)) return below;
  return Object.fromEntries(Object.entries(below).filter(([option]) => !alternatives.includes(option)));
}
