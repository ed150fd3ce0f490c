import { findPreset, type LayerSpec, mergeLayers, type PresetLayer } from '../config/index.js';
import { InvalidOptionsError, type PolicyKind } from '../core/index.js';
import type { Plan } from '../pipeline/index.js';
import { catalogue } from '../policies/catalogue.js';
import type { Declaration } from './declaration.js';
import { findClassDeclaration } from './declarations.js';
import { checkCompany } from './exclusion.js';
import type { MethodSite } from './site.js';

/** What holds for all pipelines of one runtime. */
export interface PlanTerms extends Pick<Plan, 'everywhere'> {
  /** Tells which kinds of policies act. */
  readonly includes: (kind: string) => boolean;
}

/** What a declaration comes to in one runtime: all layers merged, the class's beneath the method's own, and of these the kinds that act. */
export function planOf(declaration: Declaration, site: MethodSite, { everywhere, includes }: PlanTerms): Plan {
  const around = findClassDeclaration(declaration.owner);
  const layers = [presetLayer(around?.preset), around?.specs ?? [], presetLayer(declaration.preset), declaration.specs];
  const order = declaration.order ?? around?.order;
  const merged = mergeLayers(layers);
  checkCompany(merged, { where: 'once all layers are merged', site: site.name });
  const specs = merged.filter(({ kind }) => includes(kind.kind));
  return { site, method: declaration.method, specs, everywhere, ...(order && { order }) };
}

function presetLayer(name: string | undefined): LayerSpec[] {
  if (name === undefined) return [];
  const preset = findPreset(name) as PresetLayer;
  return Object.entries(preset).map(([kind, options]) => ({ kind: kindOf(kind), options }));
}

/** The kind of that name; throws for a name that no kind has. */
export function kindOf(name: string): PolicyKind {
  if (Object.hasOwn(catalogue, name)) return catalogue[name as keyof typeof catalogue];
  const rule = `is no kind of policy; there are ${Object.keys(catalogue).join(', ')}`;
  throw new InvalidOptionsError({ decorator: '@Resilient', option: name, rule });
}
