import { count, type Duration, duration, oneOf, optional, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { oneOfNumbers } from '../latency/number-choice.js';

/** Sends answers that say only that the real one is to come, which not every client is ready for; then answers as usual. */
export interface InformationalFault extends FaultTiming {
  readonly kind: 'informational';
  /** 100 Continue, which nobody asked for; 102 Processing; or 103 Early Hints with a `Link`. @default 103 */
  readonly status?: 100 | 102 | 103;
  /** How many. @default 1 */
  readonly times?: number;
  /** After each of them. @default 0 */
  readonly pause?: Duration;
}

/** Announces an answer, once or as a storm. */
export const informationalFault = faultKind({
  kind: 'informational',
  final: false,
  options: options<Partial<InformationalFault>>()('fault', {
    ...{ ...faultTiming, kind: required(oneOf('informational')) },
    status: optional(oneOfNumbers(100, 102, 103), 103),
    times: optional(count({ min: 1, max: 10_000 }), 1),
    pause: optional(duration({ max: 3_600_000 }), 0),
  }),
  async strike(exchange, { status, times, pause }) {
    for (let sent = 0; sent < times && exchange.open; sent++) {
      exchange.inform(status);
      if (pause > 0) await exchange.wait(pause);
    }
  },
});
