import { Readable } from 'node:stream';

/** Closes a body that nobody will read, where it is a stream: it would hold its connection for as long as the server likes. */
export function discard(body: unknown): void {
  if (body instanceof Readable) body.on('error', ignore).destroy();
  else if (body instanceof ReadableStream && !body.locked) body.cancel().catch(ignore);
}

/** How a body ends that nobody reads is nobody's. */
const ignore = () => undefined;
