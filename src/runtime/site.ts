import type { AnyClass, Site } from '../core/index.js';

import type { Declaration } from './declaration.js';
import { declarationBehind, findClassDeclaration, ownersOf } from './declarations.js';

/** A method of a concrete class, as it is known in one runtime. */
export interface MethodSite extends Site {
  /** The class that declares the method; undefined for plain functions. */
  readonly declaring: AnyClass | undefined;
}

/** Names a declaration as seen from a concrete class: `Class.method`, with `@Declaring` when only `super` reaches it. */
export function siteOf(declaration: Declaration, concrete: object): MethodSite {
  const method = declaration.name;
  const parameters = declaration.method.length;
  if (declaration.label !== undefined) {
    return {
      name: declaration.label,
      className: declaration.label,
      method,
      concrete,
      parameters,
      declaring: undefined,
    };
  }
  const type = classOf(declaration, concrete);
  const declaring = declaringClass(declaration, type);
  const className = idOf(type) ?? ((type !== declaration.method && type.name) || 'anonymous');
  const shadow = isShadowed(declaration, concrete) ? `@${declaring.name}` : '';
  return { name: `${className}.${nameOf(method)}${shadow}`, className, method, concrete, parameters, declaring };
}

/** The name that a class was given for configuration and shared state. */
function idOf(type: AnyClass): string | undefined {
  for (const owner of ownersOf(type)) {
    const id = findClassDeclaration(owner)?.id;
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A method's name as text: that of a symbol stands in brackets. */
export function nameOf(method: string | symbol): string {
  return typeof method === 'symbol' ? `[${method.description ?? 'symbol'}]` : method;
}

function classOf(declaration: Declaration, concrete: object): AnyClass {
  if (typeof concrete === 'function') return concrete;
  const { constructor: type } = concrete as { readonly constructor?: unknown };
  return typeof type === 'function' ? (type as AnyClass) : declaration.method;
}

/** The class whose own declarations hold this one, found along the chain of inheritance. */
function declaringClass(declaration: Declaration, type: AnyClass): AnyClass {
  for (let candidate: unknown = type; typeof candidate === 'function'; candidate = Object.getPrototypeOf(candidate)) {
    if (ownersOf(candidate as AnyClass).includes(declaration.owner)) return candidate as AnyClass;
  }
  return type;
}

/** Tells whether the concrete class has another protected method of that name in front of this one. */
export function isShadowed(declaration: Declaration, concrete: object): boolean {
  for (let holder: object | null = concrete; holder; holder = Object.getPrototypeOf(holder)) {
    const method = Object.getOwnPropertyDescriptor(holder, declaration.name)?.value;
    if (typeof method !== 'function') continue;
    const found = declarationBehind(method);
    return found === undefined ? !ownedBy(declaration, holder) : found !== declaration;
  }
  return false;
}

/** A foreign decorator above ours hides the dispatcher: then the holder tells. */
function ownedBy(declaration: Declaration, holder: object): boolean {
  const type = typeof holder === 'function' ? holder : (holder as { readonly constructor?: unknown }).constructor;
  return typeof type === 'function' && ownersOf(type as AnyClass).includes(declaration.owner);
}
