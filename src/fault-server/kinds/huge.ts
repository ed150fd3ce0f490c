import { gzipSync } from 'node:zlib';
import { count, flag, maybe, oneOf, optional, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { type Part, partsOf, sizeOf, streamOf } from './huge-text.js';

/**
 * Answers with a body that is larger than anybody wants: one JSON text, sent no faster than the client reads, with the status of the usual answer
 * and after its work was done.
 */
export interface HugeFault extends FaultTiming {
  readonly kind: 'huge';
  /** Bytes of the body, before compression; at most 10 GiB. @default 104857600, which is 100 MiB */
  readonly bytes?: number;
  /** Whether it goes on until the client leaves. @default false */
  readonly endless?: boolean;
  /** Whether its size is told beforehand, or it comes in chunks. @default 'content-length', or 'chunked' for an endless one */
  readonly framing?: 'content-length' | 'chunked';
  /** Whether it is compressed by gzip, which makes it about a thousand times smaller on the wire. @default false */
  readonly gzip?: boolean;
}

const usualSize = 100 * 2 ** 20;
const pieceSize = { plain: 65_536, gzip: 262_144 } as const;

/** Answers with too much. */
export const hugeFault = faultKind({
  kind: 'huge',
  final: true,
  options: options<Partial<HugeFault>>()(
    'fault',
    {
      ...{ ...faultTiming, kind: required(oneOf('huge')) },
      bytes: maybe(count({ min: 2, max: 10 * 2 ** 30 })),
      endless: optional(flag(), false),
      framing: maybe(oneOf('content-length', 'chunked')),
      gzip: optional(flag(), false),
    },
    ({ endless, bytes, framing }) => {
      const rule = 'cannot go with endless';
      if (endless && bytes !== undefined) return { option: 'bytes', rule, value: bytes };
      return endless && framing === 'content-length' ? { option: 'framing', rule, value: framing } : undefined;
    },
  ),
  strike(exchange, { bytes = usualSize, endless, framing = endless ? 'chunked' : 'content-length', gzip }) {
    exchange.deliverBy((wire, answer) => {
      const parts = partsFor(endless ? Number.POSITIVE_INFINITY : bytes, gzip);
      const length = framing === 'content-length' ? { 'content-length': String(sizeOf(parts)) } : undefined;
      const encoding = gzip ? { 'content-encoding': 'gzip' } : undefined;
      const headers = { ...answer.headers, 'content-type': 'application/json; charset=utf-8', ...encoding, ...length };
      return wire.send({ ...answer, headers }, streamOf(parts));
    });
  },
});

/** A file of gzip may have many members (RFC 1952, section 2.2): those in the middle are compressed once for all. */
function partsFor(bytes: number, gzip: boolean): readonly Part[] {
  if (!gzip) return partsOf(bytes, pieceSize.plain);
  const parts = partsOf(bytes, pieceSize.gzip);
  return parts.map(({ bytes: plain, times }) => ({ bytes: gzipSync(plain, { level: 9 }), times }));
}
