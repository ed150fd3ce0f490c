import { setImmediate as turn } from 'node:timers/promises';

/** A piece of a text, and how often it comes. */
export interface Part {
  readonly bytes: Buffer;
  readonly times: number;
}

/** One JSON text of so many bytes, at least 2, or without an end: in pieces that need little memory. */
export function partsOf(length: number, pieceSize: number): readonly Part[] {
  if (length <= pieceSize) return [{ bytes: Buffer.from(`"${'x'.repeat(length - 2)}"`), times: 1 }];
  const first = { bytes: Buffer.from(`"${'x'.repeat(pieceSize - 1)}`), times: 1 };
  const middle = Buffer.alloc(pieceSize, 'x');
  if (length === Number.POSITIVE_INFINITY) return [first, { bytes: middle, times: length }];
  const times = Math.ceil(length / pieceSize) - 2;
  const last = Buffer.from(`${'x'.repeat(length - (times + 1) * pieceSize - 1)}"`);
  return [first, { bytes: middle, times }, { bytes: last, times: 1 }];
}

/** The bytes of all pieces together. */
export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { bytes, times }) => sum + bytes.length * times, 0);
}

/** The pieces, one after the other. Between them the event loop turns, which it does not by itself where a client reads as fast as we write. */
export async function* streamOf(parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const { bytes, times } of parts) {
    for (let sent = 0; sent < times; sent++) {
      yield bytes;
      await turn();
    }
  }
}
