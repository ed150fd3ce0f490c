import type { Readable } from 'node:stream';

/** The most bytes that are read of a body which nobody asked for as such. */
const most = 64 * 1024;

/** The beginning of a stream, which is closed then: for errors whose body was to be a stream. */
export async function readExcerpt(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
