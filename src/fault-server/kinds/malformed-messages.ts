import type { Answer } from '../exchange/exchange.js';
import { bodyOf, headOf } from '../exchange/wire.js';

/** What is wrong with a message, after which the connection is closed. */
export type BrokenMessageName =
  | 'garbage'
  | 'statusLine'
  | 'fieldWithoutColon'
  | 'fieldName'
  | 'fieldNul'
  | 'fieldTooLarge'
  | 'bothLengths'
  | 'unequalLengths'
  | 'chunkSize';

/** The bytes of a broken answer: its head in Latin-1, and what follows. */
interface BrokenMessage {
  readonly head: string;
  readonly body: Buffer;
}

const everyByte = String.fromCharCode(...Array.from({ length: 256 }, (_, index) => 255 - index));

type Break = (answer: Answer, bytes: number) => BrokenMessage;

/** Answers that break the rules of HTTP. */
export const brokenMessages: Readonly<Record<BrokenMessageName, Break>> = {
  garbage: () => ({ head: everyByte, body: Buffer.alloc(0) }),
  statusLine: (answer) => ({ head: headOf(answer).replace(/^HTTP\/1\.1 \d+/, 'HTTP/1.1'), body: bodyOf(answer) }),
  fieldWithoutColon: (answer) => withLine(answer, 'x-broken no colon'),
  fieldName: (answer) => withLine(answer, 'x-\x01broken: name'),
  fieldNul: (answer) => withLine(answer, 'x-broken: a\0b'),
  fieldTooLarge: (answer, bytes) => withLine(answer, `x-large: ${'x'.repeat(bytes)}`),
  bothLengths: (answer) => ({
    head: headOf(answer, { 'transfer-encoding': 'chunked' }),
    body: chunked(bodyOf(answer)),
  }),
  unequalLengths: (answer) => withLine(answer, `content-length: ${bodyOf(answer).length + 1}`),
  chunkSize: (answer) => ({
    head: headOf(answer, { 'content-length': undefined, 'transfer-encoding': 'chunked' }),
    body: Buffer.concat([Buffer.from('zz\r\n'), bodyOf(answer), Buffer.from('\r\n0\r\n\r\n')]),
  }),
};

/** The usual answer with one more line in its head. */
function withLine(answer: Answer, line: string): BrokenMessage {
  return { head: `${headOf(answer).slice(0, -2)}${line}\r\n\r\n`, body: bodyOf(answer) };
}

function chunked(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n0\r\n\r\n')]);
}
