/** Tells what can be a key of a WeakMap: objects and functions. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Tells objects that no class made, also those of another realm, whose prototype is not ours. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The same of any value. */
export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && isPlain(value);
}
