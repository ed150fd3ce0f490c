import { oneOf, optional, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../fault-kind.js';

/** Resets the connection instead of answering. */
export interface ResetFault extends FaultTiming {
  readonly kind: 'reset';
  /** Before a byte of the answer, or in the middle of its body. @default 'start' */
  readonly at?: 'start' | 'body';
}

const halfTold = 'half of this answer is all that ever arrives, the other half is lost with its connection';

/** Closes the socket by a reset. */
export const resetFault = faultKind({
  kind: 'reset',
  final: true,
  options: options<Partial<ResetFault>>()('fault', {
    ...faultTiming,
    kind: required(oneOf('reset')),
    at: optional(oneOf('start', 'body'), 'start'),
  }),
  strike(exchange, { at }) {
    if (at === 'start') exchange.reset();
    else exchange.resetAmid(halfTold);
  },
});
