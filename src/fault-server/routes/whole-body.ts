import type { FastifyRequest } from 'fastify';

/** The body of a request in all its bytes, whatever its method and its type; rejects where it has more than so many, or breaks off. */
export async function wholeBody({ raw }: FastifyRequest, limit: number): Promise<Buffer> {
  if (Number(raw.headers['content-length']) > limit) throw new BodyTooLargeError(limit);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of raw.iterator({ destroyOnReturn: false })) {
    size += piece.length;
    if (size > limit) throw new BodyTooLargeError(limit);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

/** A body has more bytes than the server takes. */
class BodyTooLargeError extends Error {
  readonly statusCode = 413;
  /** As where the HTTP server itself refuses it. */
  readonly code = 'FST_ERR_CTP_BODY_TOO_LARGE';

  constructor(limit: number) {
    super(`the body of the request has more than ${limit} bytes`);
  }
}
