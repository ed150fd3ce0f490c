/** How msgpackr begins an error. */
const errorTag = Buffer.from([0xd4, 0x65, 0x00]);

/**
 * Takes the `cause` from errors that were written without one: msgpackr gives one to every error that it reads, though it be undefined. Looks
 * through the value only where there may be an error among the bytes.
 */
export function dropEmptyCauses(value: unknown, bytes: Buffer): void {
  if (bytes.includes(errorTag)) dropFrom(value, new Set());
}

function dropFrom(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Error) {
    if (value.cause === undefined) Reflect.deleteProperty(value, 'cause');
    else dropFrom(value.cause, seen);
  }
  for (const item of itemsOf(value)) dropFrom(item, seen);
}

function itemsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set ? value : Object.values(value);
}
