import { RejectedError } from './errors.js';
import { isObject } from './plain.js';

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

const unrepeatable = new WeakSet<object>();

/**
 * Says of an error that what failed may have been done all the same, so that asking again may do it twice: no Retry repeats it, nor an error
 * that it caused. Circuits judge it as if nothing had been said (RFC 9110, section 9.2.2).
 */
export function markUnrepeatable<E>(error: E): E {
  if (isObject(error)) unrepeatable.add(error);
  return error;
}

/**
 * Tells whether an error, or one that caused it, or one that it gathers, was marked as unrepeatable. What caused a refusal befell another call: the
 * refused one was not made.
 */
export function isUnrepeatable(error: unknown): boolean {
  const found = new Set<unknown>([error]);
  for (const one of found) {
    if (!isObject(one)) continue;
    if (unrepeatable.has(one)) return true;
    if (one instanceof RejectedError) continue;
    found.add((one as { readonly cause?: unknown }).cause);
    if (one instanceof AggregateError) for (const gathered of one.errors) found.add(gathered);
  }
  return false;
}

function mark<E>(error: E, as: 'permanent' | 'transient'): E {
  if (isObject(error)) marks.set(error, as);
  return error;
}
