import type { AnyClass } from '../core/index.js';
import type { Declaration } from './declaration.js';
import { ownDeclarations } from './declarations.js';
import { isShadowed } from './site.js';

/** A declaration as one class has it. */
export interface Preparable {
  readonly declaration: Declaration;
  readonly concrete: object;
}

const lists = new WeakMap<object, readonly Preparable[]>();

/** All protected methods of a class: its own, and inherited ones that it does not override. */
export function preparable(type: AnyClass): readonly Preparable[] {
  const known = lists.get(type);
  if (known) return known;
  const list: Preparable[] = [];
  for (let holder: unknown = type; typeof holder === 'function'; holder = Object.getPrototypeOf(holder)) {
    for (const declaration of ownDeclarations(holder as AnyClass)) {
      const concrete: object = declaration.isStatic ? type : type.prototype;
      if (!isShadowed(declaration, concrete)) list.push({ declaration, concrete });
    }
  }
  lists.set(type, list);
  return list;
}

const bearing = new WeakMap<object, boolean>();

/** By which a class without protected methods says that its instances work in a runtime all the same: a property of its prototype. */
const taking = Symbol.for('holdfast.takesRuntime');

/** Tells whether instances of a class can reach a protected method, be it only through `super`, or take a runtime for other reasons. */
export function isProtected(type: AnyClass): boolean {
  const known = bearing.get(type);
  if (known !== undefined) return known;
  const parent: unknown = Object.getPrototypeOf(type);
  const inherits = typeof parent === 'function' && isProtected(parent);
  const found = ownDeclarations(type).length > 0 || inherits || Object(type.prototype)[taking] === true;
  bearing.set(type, found);
  return found;
}
