import { isPlain } from './plain.js';

const watched = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Watches a signal that many calls may share: one listener on it however many wait, none once the last has left.
 * The caller checks `aborted` first.
 */
export function watchSignal(signal: AbortSignal, aborted: () => void): () => void {
  const waiting = watched.get(signal) ?? listen(signal);
  waiting.add(aborted);
  return () => {
    if (waiting.delete(aborted) && waiting.size === 0) forget(signal);
  };
}

/** The signal that a caller hands in: the last argument, or `signal` in a plain object that is the last argument. */
export function signalOf(last: unknown): AbortSignal | undefined {
  if (typeof last !== 'object' || last === null) return undefined;
  if (last instanceof AbortSignal) return last;
  if (!isPlain(last)) return undefined;
  const { signal } = last as { readonly signal?: unknown };
  return signal instanceof AbortSignal ? signal : undefined;
}

/** The same arguments with another signal in the caller's place; objects are copied, never changed. */
export function withSignal(args: readonly unknown[], signal: AbortSignal): unknown[] {
  const copy = args.slice();
  const last = copy.length - 1;
  copy[last] = copy[last] instanceof AbortSignal ? signal : { ...(copy[last] as object), signal };
  return copy;
}

const leaves = new WeakMap<AbortSignal, () => void>();

function listen(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  const onAbort = () => {
    forget(signal);
    for (const aborted of waiting) aborted();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  watched.set(signal, waiting);
  leaves.set(signal, onAbort);
  return waiting;
}

function forget(signal: AbortSignal): void {
  const onAbort = leaves.get(signal);
  if (onAbort) signal.removeEventListener('abort', onAbort);
  watched.delete(signal);
  leaves.delete(signal);
}
