/**
 * Keeps the failure of the method beside that of its substitute: as the cause of the latter, or, where that has causes of its own, at the end of
 * these.
 */
export function keepFirst(failure: unknown, first: unknown): void {
  const chain = new Set<unknown>();
  let last = failure;
  while (last instanceof Error && last.cause !== undefined && !chain.has(last) && !ended.has(last)) {
    chain.add(last);
    last = last.cause;
  }
  if (last === first || chain.has(first) || chain.has(last)) return; // it is there already, or there is no end
  if (!(last instanceof Error) || !Object.isExtensible(last)) return;
  Object.defineProperty(last, 'cause', { value: first, configurable: true, writable: true });
  ended.add(last);
}

/** Errors whose cause is from here: one that is thrown again and again keeps the failure of the last call alone. */
const ended = new WeakSet<object>();
