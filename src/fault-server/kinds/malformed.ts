import { count, maybe, oneOf, optional, options, required, that } from '../../core/index.js';
import { bodyOf } from '../exchange/wire.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { type BrokenContentsName, brokenContents } from './malformed-contents.js';
import { type BrokenMessageName, brokenMessages } from './malformed-messages.js';

/** Answers with something that is no proper answer; the work is done all the same. Where only a body would be broken, HEAD is answered as usual. */
export interface MalformedFault extends FaultTiming {
  readonly kind: 'malformed';
  /**
   * What is wrong. Of the message, after which the connection is closed: `'garbage'` no HTTP at all; `'statusLine'` no status code in it;
   * `'fieldWithoutColon'`, `'fieldName'` a control character in a name, `'fieldNul'` a NUL in a value, `'fieldTooLarge'`; `'bothLengths'`
   * `content-length` beside chunks, `'unequalLengths'` two of them; `'chunkSize'` one that is no hexadecimal number.
   *
   * Of the contents, in proper HTTP: `'json'` a body that ends before its last character; `'utf8'` a byte that no UTF-8 has; `'gzip'` a body that is
   * said to be compressed and is not, `'gzipCut'` half of a compressed one; `'html'` a proxy's page under status 200. @default 'statusLine'
   */
  readonly part?: MalformedPart;
  /** With `'fieldTooLarge'`: the bytes of the field's value. @default 65536 */
  readonly bytes?: number;
}

/** What is wrong with an answer. */
export type MalformedPart = BrokenMessageName | BrokenContentsName;

const names = [...Object.keys(brokenMessages), ...Object.keys(brokenContents)];
const nameRule = `must be one of ${names.map((name) => `'${name}'`).join(', ')}`;

/** Answers with broken bytes. */
export const malformedFault = faultKind({
  kind: 'malformed',
  final: true,
  options: options<Partial<MalformedFault>>()(
    'fault',
    {
      ...{ ...faultTiming, kind: required(oneOf('malformed')) },
      part: optional(
        that<MalformedPart>((value) => typeof value === 'string' && names.includes(value), nameRule),
        'statusLine',
      ),
      bytes: maybe(count({ min: 1, max: 2 ** 24 })),
    },
    ({ part, bytes }) =>
      bytes !== undefined && part !== 'fieldTooLarge'
        ? { option: 'bytes', rule: "goes with part: 'fieldTooLarge' only", value: bytes }
        : undefined,
  ),
  strike(exchange, { part, bytes = 65_536 }) {
    exchange.deliverBy(async (wire, answer) => {
      if (isContents(part)) {
        const broken = brokenContents[part](answer);
        const body = bodyOf(broken);
        const headers = { ...broken.headers, 'content-length': String(body.length) };
        return wire.send({ ...broken, headers }, [body]);
      }
      const { head, body } = brokenMessages[part](answer, bytes);
      await wire.write(wire.bodiless ? head : Buffer.concat([Buffer.from(head, 'latin1'), body]));
      wire.end();
    });
  },
});

function isContents(part: MalformedPart): part is BrokenContentsName {
  return Object.hasOwn(brokenContents, part);
}
