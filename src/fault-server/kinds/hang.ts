import { oneOf, optional, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { beginningBytes, beginningOf, bytesNeedPart } from './beginning.js';

/**
 * Never answers, or never comes to the end of an answer; requests that hang go on doing so when the server is healed. When the time of the
 * request is over, the slot is given back and the connection stays as it is.
 */
export interface HangFault extends FaultTiming {
  readonly kind: 'hang';
  /**
   * From where on nothing comes: as soon as the connection is there, which is not read, so that the server sees no request; before a byte of the
   * answer, amid its header fields, or amid its body (its header fields, where it has no body). The latter two strike once the work is done.
   * @default 'start'
   */
  readonly at?: 'connect' | 'start' | 'head' | 'body';
  /** With `'head'` or `'body'`: the bytes of that part that still leave, one less than all of them at most. @default half of them */
  readonly bytes?: number;
}

/** Takes the request and says nothing, or nothing more. */
export const hangFault = faultKind({
  kind: 'hang',
  final: true,
  options: options<Partial<HangFault>>()(
    'fault',
    {
      ...{ ...faultTiming, kind: required(oneOf('hang')) },
      at: optional(oneOf('connect', 'start', 'head', 'body'), 'start'),
      bytes: beginningBytes(),
    },
    bytesNeedPart,
  ),
  means: ({ at }) => (at === 'connect' ? { is: 'hung' } : undefined),
  async strike(exchange, { at, bytes }) {
    if (at === 'connect' || at === 'start') return exchange.hang();
    exchange.deliverBy(async (wire, answer) => {
      await wire.write(beginningOf(answer, wire.bodiless, { at, bytes }));
      await wire.hang();
    });
  },
});
