import type { FastifyReply } from 'fastify';

/** Calls `left` once the answer has been handed over or the client has gone, whichever comes first; at once where that was before. */
export function whenLeft({ raw, request }: FastifyReply, left: () => void): void {
  const { socket } = request.raw;
  if (raw.closed || socket.destroyed) {
    left();
    return;
  }
  const closed = () => {
    raw.off('close', closed);
    socket.off('close', closed);
    left();
  };
  raw.once('close', closed);
  // an answer that waits for its turn on a pipelined connection is not told that it closed; there may be many of them on one
  socket.setMaxListeners(0).once('close', closed);
}
