import type { FaultKind } from './fault-kind.js';
import { hangFault } from './kinds/hang.js';
import { latencyFault } from './kinds/latency.js';
import { resetFault } from './kinds/reset.js';
import { statusFault } from './kinds/status.js';

/** All kinds of faults, by name. */
export const faultKinds = {
  status: statusFault,
  latency: latencyFault,
  reset: resetFault,
  hang: hangFault,
} satisfies Record<string, FaultKind>;

/** The name of a kind of fault. */
export type FaultName = keyof typeof faultKinds;
