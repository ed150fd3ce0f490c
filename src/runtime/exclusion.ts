import { mergeLayers } from '../config/index.js';
import { InvalidOptionsError } from '../core/index.js';
import type { DeclaredSpec } from './declaration.js';

/** Where several policies come together. */
export interface Company {
  /** Where they stand, as a part of a sentence: `on run`. */
  readonly where: string;
  /** The method concerned, once its class is known. */
  readonly site?: string;
}

/** Refuses kinds that never stand together; those that are switched off or taken away again are in nobody's way. */
export function checkCompany(
  specs: readonly DeclaredSpec[],
  { where, site }: Company,
  below?: (...args: never) => unknown,
): void {
  const kinds = mergeLayers([specs]).map(({ kind }) => kind);
  for (const { decorator, excludes = [] } of kinds) {
    const other = kinds.find(({ kind }) => excludes.includes(kind));
    if (other === undefined) continue;
    const remedy = site === undefined ? '' : `; { ${other.kind}: false } takes away what a class or preset gives`;
    const rule = `stands beside ${other.decorator} ${where}: both answer the same need, choose one${remedy}`;
    throw new InvalidOptionsError({ decorator, rule, site }, below);
  }
}
