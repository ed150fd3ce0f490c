const marks = new WeakMap<object, 'permanent' | 'transient'>();

/** Says of an error that asking again cannot help: it is not retried, and is an answer of the callee for circuits. */
export function markPermanent<E>(error: E): E {
  return mark(error, 'permanent');
}

/** Says of an error that asking again may help. */
export function markTransient<E>(error: E): E {
  return mark(error, 'transient');
}

/** Tells whether an error was marked permanent. */
export function isPermanent(error: unknown): boolean {
  return isObject(error) && marks.get(error) === 'permanent';
}

/** Tells whether an error was marked transient. */
export function isTransient(error: unknown): boolean {
  return isObject(error) && marks.get(error) === 'transient';
}

function mark<E>(error: E, as: 'permanent' | 'transient'): E {
  if (isObject(error)) marks.set(error, as);
  return error;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
