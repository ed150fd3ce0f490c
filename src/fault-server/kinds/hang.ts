import { oneOf, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../fault-kind.js';

/** Never answers; requests that hang go on doing so when the server is healed. */
export interface HangFault extends FaultTiming {
  readonly kind: 'hang';
}

/** Takes the request and says nothing. */
export const hangFault = faultKind({
  kind: 'hang',
  final: true,
  options: options<Partial<HangFault>>()('fault', { ...faultTiming, kind: required(oneOf('hang')) }),
  strike: (exchange) => exchange.hang(),
});
