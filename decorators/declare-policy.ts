import './metadata.js';
import { InvalidOptionsError, type PolicyKind } from '../src/core/index.js';
import {
  type Declaration,
  declareMethod,
  dispatcherOf,
  findDeclaration,
  type MethodPlace,
  readOptions,
} from '../src/runtime/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { type AnyMethod, methodUse } from './method-use.js';

/** Says something about the declaration of one method. */
type Declare = (declaration: Declaration) => void;

/** Makes the decorator that asks for one kind of policy: options are checked here, so that a mistake points at the user's line. */
export function declarePolicy(
  kind: PolicyKind,
  given: unknown,
  below: (...args: never) => unknown,
): AsyncMethodDecorator {
  const options = readOptions(kind, given, below);
  return declareOnMethod(kind.decorator, (declaration) => declaration.add({ kind, options }));
}

/** A decorator for methods in both modes; the first (lowest) of ours on a method puts a dispatcher in its place. */
export function declareOnMethod(decorator: string, declare: Declare): AsyncMethodDecorator {
  const decorate = (...use: readonly unknown[]): unknown => {
    const { place, method, descriptor } = methodUse(decorator, use);
    const known = findDeclaration(place);
    const { declaration, replacement } = known
      ? { declaration: known, replacement: method }
      : replaced(decorator, place, method);
    declare(declaration);
    return descriptor ? { ...descriptor, value: replacement } : replacement;
  };
  return decorate as AsyncMethodDecorator;
}

function replaced(
  decorator: string,
  place: MethodPlace,
  method: AnyMethod,
): { readonly declaration: Declaration; readonly replacement: AnyMethod } {
  if (/Generator/.test(method.constructor.name)) {
    throw new InvalidOptionsError({
      decorator,
      rule: `protects methods that return a promise, but ${String(place.name)} is a generator`,
    });
  }
  const declaration = declareMethod(place, method);
  return { declaration, replacement: dispatcherOf(declaration) };
}
