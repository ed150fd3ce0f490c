import { oneOf, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { type Latency, latency } from '../latency/latency.js';

/** Answers as usual, only later; the wait keeps no worker busy. */
export interface LatencyFault extends FaultTiming {
  readonly kind: 'latency';
  readonly latency: Latency;
}

/** Answers late. */
export const latencyFault = faultKind({
  kind: 'latency',
  final: false,
  options: options<Partial<LatencyFault>>()('fault', {
    ...faultTiming,
    kind: required(oneOf('latency')),
    latency: required(latency()),
  }),
  strike() {
    // every fault waits for its latency before it strikes: this one has nothing to add
  },
});
