import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { mostBytes, type StreamFormat, type StreamItem, tooLarge } from './stream-format.js';

/** A multipart answer, one part for each result, as Apollo's protocol for subscriptions over HTTP has it. */
export const multipartStream: StreamFormat = {
  accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  fits: (type) => /^multipart\/mixed\b/i.test(type),
  read: readParts,
};

async function* readParts(body: Readable, type: string): AsyncGenerator<StreamItem, void, undefined> {
  const { meros } = await import('meros/node');
  const bytes = new CountedBytes(body);
  const message = { headers: { 'content-type': type }, [Symbol.asyncIterator]: () => bytes.chunks() };
  const parts = await meros<Readonly<Record<string, unknown>>>(message as unknown as IncomingMessage);
  for await (const part of parts as Exclude<typeof parts, IncomingMessage>) {
    bytes.count = 0;
    if (!part.json) throw new SyntaxError('a part is no JSON');
    yield* itemsIn(part.body);
  }
  if (!bytes.ended) yield { is: 'complete' }; // it stopped at the last boundary, not where the bytes did
}

/** A part without anything is a sign of life; errors beside a payload of null end it all. */
function* itemsIn(part: Readonly<Record<string, unknown>>): Iterable<StreamItem> {
  const { payload, errors } = part;
  if (payload !== undefined && payload !== null) yield { is: 'result', body: payload };
  if (Array.isArray(errors) && !('data' in part)) yield { is: 'refusal', body: { errors } };
  else if (payload === undefined && 'data' in part) yield { is: 'result', body: part };
}

/** The bytes of a body, of which only so many may pass between two parts. */
class CountedBytes {
  count = 0;
  /** The body is at its end. */
  ended = false;
  readonly #body: Readable;

  constructor(body: Readable) {
    this.#body = body;
  }

  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of this.#body) {
      this.count += (chunk as Buffer).length;
      if (this.count > mostBytes) throw tooLarge();
      yield chunk as Buffer;
    }
    this.ended = true;
  }
}
