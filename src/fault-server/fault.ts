import { InvalidOptionsError } from '../core/index.js';
import { type FaultName, faultKinds } from './catalogue.js';
import type { ArmedFault } from './fault-kind.js';
import type { HangFault } from './kinds/hang.js';
import type { LatencyFault } from './kinds/latency.js';
import type { ResetFault } from './kinds/reset.js';
import type { StatusFault } from './kinds/status.js';

/** What goes wrong, when, and for which requests; a status of 503 unless another kind is named. */
export type Fault = StatusFault | LatencyFault | ResetFault | HangFault;

const mostFaults = 100;

/** Checks one fault or several; the error names the field, the rule and the value. */
export function armFaults(given: unknown): readonly ArmedFault[] {
  const faults: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (faults.length <= mostFaults) return faults.map(armFault);
  throw new InvalidOptionsError({
    decorator: 'fault',
    rule: `can be at most ${mostFaults} at once`,
    value: faults.length,
  });
}

function armFault(given: unknown): ArmedFault {
  if (typeof given !== 'object' || given === null) {
    throw new InvalidOptionsError({ decorator: 'fault', rule: 'must be an object', value: given });
  }
  const { kind = 'status' } = given as { readonly kind?: unknown };
  if (typeof kind === 'string' && Object.hasOwn(faultKinds, kind)) return faultKinds[kind as FaultName].arm(given);
  const names = Object.keys(faultKinds).map((name) => `'${name}'`);
  throw new InvalidOptionsError({
    decorator: 'fault',
    option: 'kind',
    rule: `must be one of ${names.join(', ')}`,
    value: kind,
  });
}
