import { oneOf, optional, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { beginningBytes, beginningOf, bytesNeedPart } from './beginning.js';

/** Resets the connection instead of answering. */
export interface ResetFault extends FaultTiming {
  readonly kind: 'reset';
  /**
   * When: as soon as the connection is there, before a byte of the answer, amid its header fields, or amid its body (its header fields, where it
   * has no body). The latter two strike once the work is done: the answer is lost, what was done is not. @default 'start'
   */
  readonly at?: 'connect' | 'start' | 'head' | 'body';
  /** With `'head'` or `'body'`: the bytes of that part that still leave, one less than all of them at most. @default half of them */
  readonly bytes?: number;
}

/** Closes the socket by a reset. */
export const resetFault = faultKind({
  kind: 'reset',
  final: true,
  options: options<Partial<ResetFault>>()(
    'fault',
    {
      ...{ ...faultTiming, kind: required(oneOf('reset')) },
      at: optional(oneOf('connect', 'start', 'head', 'body'), 'start'),
      bytes: beginningBytes(),
    },
    bytesNeedPart,
  ),
  means: ({ at }) => (at === 'connect' ? { is: 'reset' } : undefined),
  async strike(exchange, { at, bytes }) {
    if (at === 'start' || at === 'connect') return exchange.reset();
    exchange.deliverBy(async (wire, answer) => {
      await wire.write(beginningOf(answer, wire.bodiless, { at, bytes }));
      wire.resetSoon();
    });
  },
});
