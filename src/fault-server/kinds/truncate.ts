import { oneOf, optional, options, required } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { bodyOf, headOf } from '../exchange/wire.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { beginningBytes, beginningOf, bytesNeedPart } from './beginning.js';

/** Closes the connection in an orderly way before all of the answer has left; the work is done all the same. */
export interface TruncateFault extends FaultTiming {
  readonly kind: 'truncate';
  /** Before a byte of the answer, amid its header fields, or amid its body (its header fields, where it has no body). @default 'body' */
  readonly at?: 'start' | 'head' | 'body';
  /** With `'head'` or `'body'`: the bytes of that part that still leave, one less than all of them at most (all of a chunked one). @default half of them */
  readonly bytes?: number;
  /**
   * How a client can tell where a body that is cut should have ended: by `content-length`, by the last chunk, or not at all, because the end of the
   * connection is the end of the body. @default 'content-length'
   */
  readonly framing?: 'content-length' | 'chunked' | 'close';
}

/** Ends an answer too early. */
export const truncateFault = faultKind({
  kind: 'truncate',
  final: true,
  options: options<Partial<TruncateFault>>()(
    'fault',
    {
      ...{ ...faultTiming, kind: required(oneOf('truncate')) },
      at: optional(oneOf('start', 'head', 'body'), 'body'),
      bytes: beginningBytes(),
      framing: optional(oneOf('content-length', 'chunked', 'close'), 'content-length'),
    },
    bytesNeedPart,
    ({ at, framing }) =>
      at !== 'body' && framing !== 'content-length'
        ? { option: 'framing', rule: "goes with at: 'body' only", value: framing }
        : undefined,
  ),
  strike(exchange, { at, bytes, framing }) {
    exchange.deliverBy(async (wire, answer) => {
      if (at !== 'start') await wire.write(beginning(answer, wire.bodiless, { at, bytes, framing }));
      wire.end();
    });
  },
});

interface Cut {
  readonly at: 'head' | 'body';
  readonly bytes: number | undefined;
  readonly framing: NonNullable<TruncateFault['framing']>;
}

function beginning(answer: Answer, bodiless: boolean, cut: Cut): Buffer {
  const body = bodyOf(answer);
  if (cut.framing === 'content-length' || bodiless || body.length === 0) return beginningOf(answer, bodiless, cut);
  const { bytes = Math.floor(body.length / 2) } = cut;
  if (cut.framing === 'close') {
    const head = headOf(answer, { 'content-length': undefined, connection: 'close' });
    return Buffer.concat([Buffer.from(head, 'latin1'), body.subarray(0, Math.min(bytes, body.length - 1))]);
  }
  const head = headOf(answer, { 'content-length': undefined, 'transfer-encoding': 'chunked' });
  return Buffer.concat([Buffer.from(head, 'latin1'), chunk(body.subarray(0, bytes))]);
}

/** One chunk; none for no data, as an empty one would be the last. */
function chunk(data: Buffer): Buffer {
  if (data.length === 0) return data;
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}
