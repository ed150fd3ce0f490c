import type { AnyClass } from '../core/index.js';
import type { Declaration } from './declaration.js';
import { ownDeclarations } from './declarations.js';
import { isShadowed } from './site.js';

/** A declaration as one class has it. */
export interface Preparable {
  readonly declaration: Declaration;
  readonly concrete: object;
}

const known = new WeakMap<object, readonly Preparable[]>();

/** All protected methods of a class: its own, and inherited ones that it does not override. */
export function preparable(type: AnyClass): readonly Preparable[] {
  const found = known.get(type);
  if (found) return found;
  const list: Preparable[] = [];
  for (let holder: unknown = type; typeof holder === 'function'; holder = Object.getPrototypeOf(holder)) {
    for (const declaration of ownDeclarations(holder as AnyClass)) {
      const concrete: object = declaration.isStatic ? type : type.prototype;
      if (!isShadowed(declaration, concrete)) list.push({ declaration, concrete });
    }
  }
  known.set(type, list);
  return list;
}

/** Tells whether a class has protected methods. */
export function isProtected(type: AnyClass): boolean {
  return preparable(type).length > 0;
}
