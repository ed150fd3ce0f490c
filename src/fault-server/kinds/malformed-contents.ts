import { gzipSync } from 'node:zlib';
import type { Answer } from '../exchange/exchange.js';
import { bodyOf } from '../exchange/wire.js';

/** What is wrong with the contents of a message that is in proper HTTP. */
export type BrokenContentsName = 'json' | 'utf8' | 'gzip' | 'gzipCut' | 'html';

type Break = (answer: Answer) => Answer;

/** Answers in proper HTTP whose contents are not what they should be. */
export const brokenContents: Readonly<Record<BrokenContentsName, Break>> = {
  json: (answer) => ({ ...answer, body: bodyOf(answer).subarray(0, -1) }),
  utf8: (answer) => ({ ...answer, body: withForeignByte(bodyOf(answer)) }),
  gzip: (answer) => encoded(answer, bodyOf(answer)),
  gzipCut(answer) {
    const packed = gzipSync(bodyOf(answer));
    return encoded(answer, packed.subarray(0, packed.length / 2));
  },
  html: ({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, body: proxyPage }),
};

const proxyPage =
  '<!doctype html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';

function encoded(answer: Answer, body: Buffer): Answer {
  return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body };
}

/** Puts 0xff, which no UTF-8 has, into the first text of a JSON body, or at its start. */
function withForeignByte(body: Buffer): Buffer {
  const at = body.indexOf('"') + 1;
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xff]), body.subarray(at)]);
}
