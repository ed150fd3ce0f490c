import { serialize } from 'node:v8';

/** How many bytes a value takes: its own, or, where it is none, those of its structured clone. Throws what cannot be cloned. */
export function bytesOf(value: unknown): number {
  if (value instanceof Uint8Array) return Math.max(1, value.byteLength);
  return serialize(value).byteLength;
}
