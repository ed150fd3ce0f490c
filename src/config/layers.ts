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
    else merged.set(kind, { kind, options: together(kind, merged.get(kind)?.options, options) });
  }
  return [...merged.values()].filter(({ options }) => (options as { readonly enabled?: boolean }).enabled !== false);
}

/** The options of a nearer layer, and what holds beside them of those below. */
function together(kind: PolicyKind, below: object | undefined, nearer: object): object {
  if (below === undefined) return nearer;
  return kind.merge?.(below, nearer) ?? { ...beneath(kind, below, nearer), ...nearer };
}

function beneath({ alternatives = [] }: PolicyKind, below: object, nearer: object): object {
  if (!alternatives.some((option) => option in nearer)) return below;
  return Object.fromEntries(Object.entries(below).filter(([option]) => !alternatives.includes(option)));
}
