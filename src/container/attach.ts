import { isProtected, type Runtime } from '../runtime/index.js';

/** Prototypes, by whether instances have protected methods. */
const known = new WeakMap<object, boolean>();

/** The prototypes whose classes each runtime has prepared. */
const prepared = new WeakMap<Runtime, WeakSet<object>>();

/** Gives an instance its runtime, after preparing its class there; what has no protected method is left alone. */
export function attach<T>(value: T, findRuntime: () => Runtime): T {
  if (typeof value !== 'object' || value === null) return value;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || !(known.get(prototype) ?? learn(prototype))) return value;
  const runtime = findRuntime();
  if (!prepared.get(runtime)?.has(prototype)) prepare(runtime, prototype);
  runtime.bind(value);
  return value;
}

function learn(prototype: object): boolean {
  const type: unknown = prototype.constructor;
  const answer = typeof type === 'function' && isProtected(type);
  known.set(prototype, answer);
  return answer;
}

function prepare(runtime: Runtime, prototype: object): void {
  runtime.hold();
  runtime.prepare(prototype.constructor);
  const prototypes = prepared.get(runtime) ?? new WeakSet();
  prepared.set(runtime, prototypes.add(prototype));
}
