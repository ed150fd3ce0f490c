import { type Duration, oneOf, optional, options, required } from '../../core/index.js';
import { faultKind, faultTiming } from '../faults/fault-kind.js';

/**
 * Nobody listens: the system refuses connections, as after a crash. The server keeps its port meanwhile, so that the system gives it to nobody else,
 * and listens there again when the fault ends; a process that asks for that very port may still take it, which `listenError` tells.
 */
export interface RefuseFault {
  readonly kind: 'refuse';
  /** How long; without it until the server is healed, or the phase of its script is over. */
  readonly duration?: Duration;
  /** Connections that are open: reset, as by a crash, with the requests on them; or kept, as while a service stops. @default 'reset' */
  readonly existing?: 'keep' | 'reset';
}

const unseen = 'cannot be given: who is refused is not seen by the server, and so cannot be counted, chosen or delayed';

/** Closes the port. */
export const refuseFault = faultKind({
  kind: 'refuse',
  final: true,
  options: options<Partial<RefuseFault>>()(
    'fault',
    {
      ...faultTiming,
      kind: required(oneOf('refuse')),
      existing: optional(oneOf('keep', 'reset'), 'reset'),
    },
    ({ count }) => (count === undefined ? undefined : { option: 'count', rule: unseen, value: count }),
    ({ rate }) => (rate === 1 ? undefined : { option: 'rate', rule: unseen, value: rate }),
    ({ latency }) => (latency === 0 ? undefined : { option: 'latency', rule: unseen, value: latency }),
  ),
  means: ({ existing }) => ({ is: 'refused', existing }),
  strike() {
    // there are no requests where nobody listens
  },
});
