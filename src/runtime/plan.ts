import { findPreset, type LayerSpec, mergeLayers, type PresetLayer } from '../config/index.js';
import { InvalidOptionsError, type PolicyKind } from '../core/index.js';
import type { Plan } from '../pipeline/index.js';
import { catalogue } from '../policies/catalogue.js';
import type { Declaration } from './declaration.js';
import { findClassDeclaration } from './declarations.js';
import { checkCompany } from './exclusion.js';
import type { MethodSite } from './site.js';

/** What a declaration comes to in one runtime: all layers merged, the class's beneath the method's own. */
export function planOf(declaration: Declaration, site: MethodSite, everywhere: boolean): Plan {
  const around = findClassDeclaration(declaration.owner);
  const layers = [presetLayer(around?.preset), around?.specs ?? [], presetLayer(declaration.preset), declaration.specs];
  const order = declaration.order ?? around?.order;
  const specs = mergeLayers(layers);
  checkCompany(specs, { where: 'once all layers are merged', site: site.name });
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
