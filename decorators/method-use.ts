import { show } from '../src/core/index.js';
import { declarationBehind, type MethodPlace } from '../src/runtime/index.js';

/** Any method. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export type AnyMethod = (this: any, ...args: any[]) => unknown;

/** What a decorator was put above. */
export interface MethodUse {
  readonly place: MethodPlace;
  readonly method: AnyMethod;
  /** In legacy mode: what the method is kept in. */
  readonly descriptor: PropertyDescriptor | undefined;
}

const ownerless = new WeakMap<object, object>();

/** Reads what a method decorator was called with, in standard or legacy mode; throws a TypeError for any other use. */
export function methodUse(decorator: string, use: readonly unknown[]): MethodUse {
  const [target, second, descriptor] = use;
  if (isContext(second)) return standardUse(decorator, target, second);
  const isKey = typeof second === 'string' || typeof second === 'symbol';
  if (!isKey || typeof target === 'undefined')
    throw misuse(decorator, use.length === 1 && typeof target === 'function' ? 'a class' : show(target));
  const { value } = (descriptor ?? {}) as PropertyDescriptor;
  if (typeof value !== 'function')
    throw misuse(
      decorator,
      descriptor === undefined ? `the field ${String(second)}` : `the accessor ${String(second)}`,
    );
  const isStatic = typeof target === 'function';
  const owner = isStatic ? (target as { readonly prototype: object }).prototype : (target as object);
  return { place: { owner, name: second, isStatic }, method: value, descriptor: descriptor as PropertyDescriptor };
}

function standardUse(decorator: string, value: unknown, context: DecoratorContext): MethodUse {
  if (context.kind !== 'method') throw misuse(decorator, `the ${context.kind} ${String(context.name)}`);
  const method = value as AnyMethod;
  const owner = (context.metadata as object | undefined) ?? declarationBehind(method)?.owner ?? ownerOf(method);
  return { place: { owner, name: context.name, isStatic: context.static }, method, descriptor: undefined };
}

/** Compilers that hand out no metadata: each method is known by itself. */
function ownerOf(method: AnyMethod): object {
  const known = ownerless.get(method);
  if (known) return known;
  const owner = {};
  ownerless.set(method, owner);
  return owner;
}

function isContext(value: unknown): value is DecoratorContext {
  return typeof value === 'object' && value !== null && typeof (value as { readonly kind?: unknown }).kind === 'string';
}

function misuse(decorator: string, what: string): TypeError {
  return new TypeError(`${decorator} stands above ${what}, but protects async methods only`);
}
