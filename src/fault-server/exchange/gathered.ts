import type { Answer } from './exchange.js';

/** Bytes of a body that comes in pieces, of which a fault needs all. */
const mostBytes = 2 ** 26;

/** An answer with all of its body at hand, as a fault needs it that cuts or changes it; throws where that is too much. */
export async function gathered(answer: Answer): Promise<Answer> {
  const { body } = answer;
  if (!inPieces(body)) return answer;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) throw new RangeError(`a fault can change a body of at most ${mostBytes} bytes`);
  }
  return { ...answer, body: Buffer.concat(pieces) };
}

function inPieces(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
