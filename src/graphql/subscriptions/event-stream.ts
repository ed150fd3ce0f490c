import type { Readable } from 'node:stream';
import { mostBytes, type StreamFormat, type StreamItem, tooLarge } from './stream-format.js';
import { WholeLines } from './whole-lines.js';

/** Server-Sent Events, as graphql-sse has them in its mode of distinct connections. */
export const eventStream: StreamFormat = {
  accept: 'text/event-stream',
  fits: (type) => /^text\/event-stream\b/i.test(type),
  read: readEvents,
};

async function* readEvents(body: Readable): AsyncGenerator<StreamItem, void, undefined> {
  const { createParser } = await import('eventsource-parser');
  const lines = new WholeLines(mostBytes);
  const items: StreamItem[] = [];
  const parser = createParser({
    maxBufferSize: mostBytes,
    onEvent: ({ event, data }) => {
      if (event === 'complete') items.push({ is: 'complete' });
      else if (event === 'next') items.push({ is: 'result', body: JSON.parse(data) });
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw tooLarge(); // anything else is to be ignored, as the standard says
    },
  });
  for await (const chunk of body) {
    parser.feed(withData(lines.take(chunk as Buffer)));
    yield* items.splice(0);
  }
}

/** Many servers end with an event without data, which by the standard is none. */
function withData(text: string): string {
  return text.replace(/(^|[\r\n])event: ?complete(?=[\r\n])/g, '$&\ndata:');
}
