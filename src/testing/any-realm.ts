import { types } from 'node:util';

/** Tells errors, also those of another realm: under jest the errors of Node itself are such, and no instances of `Error`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value) || value instanceof DOMException;
}

/** Tells instances of a class; where that is one of the language's errors, also those of another realm. */
export function isInstance(value: unknown, type: abstract new (...args: never) => unknown): boolean {
  if (value instanceof type) return true;
  return types.isNativeError(value) && ofLanguage.has(type.name) && lineageOf(value).includes(type.name);
}

const ofLanguage = new Set([
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/** The names of an error's class and of those above it. */
function lineageOf(error: object): readonly string[] {
  const above: { readonly constructor?: { readonly name?: string } } | null = Object.getPrototypeOf(error);
  return above === null ? [] : [above.constructor?.name ?? '', ...lineageOf(above)];
}
