import { count, type Duration, duration, flag, oneOf, optional, options, required } from '../../core/index.js';
import { bodyOf, headOf, lengthOf, type Wire } from '../exchange/wire.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';

/** Sends the whole answer, only slowly; stops when the client leaves. No time limit of the server cuts an answer that has begun. */
export interface DripFault extends FaultTiming {
  readonly kind: 'drip';
  /** Bytes in each piece. @default 16 */
  readonly bytes?: number;
  /** Between one piece and the next. @default '100ms' */
  readonly pause?: Duration;
  /** Whether the header fields come as slowly as the body; the connection is closed after such an answer. @default false */
  readonly head?: boolean;
}

/** Sends an answer piece by piece. */
export const dripFault = faultKind({
  kind: 'drip',
  final: true,
  options: options<Partial<DripFault>>()('fault', {
    ...{ ...faultTiming, kind: required(oneOf('drip')) },
    bytes: optional(count({ min: 1, max: 2 ** 20 }), 16),
    pause: optional(duration({ max: 3_600_000 }), 100),
    head: optional(flag(), false),
  }),
  strike(exchange, { bytes, pause, head }) {
    exchange.deliverBy(async (wire, answer) => {
      const body = bodyOf(answer);
      if (!head) {
        const headers = { ...answer.headers, ...lengthOf(answer) };
        return wire.send({ ...answer, headers }, dripping(wire, body, { bytes, pause }));
      }
      const start = Buffer.from(headOf(answer, { connection: 'close' }), 'latin1');
      const all = wire.bodiless ? start : Buffer.concat([start, body]);
      for await (const piece of dripping(wire, all, { bytes, pause })) await wire.write(piece);
      wire.end();
    });
  },
});

async function* dripping(
  wire: Wire,
  data: Buffer,
  { bytes, pause }: { readonly bytes: number; readonly pause: number },
): AsyncGenerator<Buffer> {
  for (let from = 0; from < data.length; from += bytes) {
    if (from > 0) await wire.wait(pause);
    yield data.subarray(from, from + bytes);
  }
}
