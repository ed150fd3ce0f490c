import { count, oneOf, optional, options, required } from '../../core/index.js';
import { bodyOf } from '../exchange/wire.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';

/**
 * Announces another length of the body than it has; the connection goes on as if nothing were wrong. A client that was told of more waits for what
 * never comes; one that was told of less takes the rest for the next answer.
 */
export interface ContentLengthFault extends FaultTiming {
  readonly kind: 'contentLength';
  /** @default 'more' */
  readonly says?: 'more' | 'less';
  /** How many bytes more or less; less than nothing is not announced. @default 10 */
  readonly by?: number;
}

/** Sends a whole answer under a wrong `content-length`. */
export const contentLengthFault = faultKind({
  kind: 'contentLength',
  final: true,
  options: options<Partial<ContentLengthFault>>()('fault', {
    ...{ ...faultTiming, kind: required(oneOf('contentLength')) },
    says: optional(oneOf('more', 'less'), 'more'),
    by: optional(count({ min: 1, max: 2 ** 30 }), 10),
  }),
  strike(exchange, { says, by }) {
    exchange.deliverBy((wire, answer) => {
      const body = bodyOf(answer);
      const length = Math.max(0, body.length + (says === 'more' ? by : -by));
      return wire.send({ ...answer, headers: { ...answer.headers, 'content-length': String(length) } }, [body]);
    });
  },
});
