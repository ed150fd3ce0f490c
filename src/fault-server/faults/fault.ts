import { InvalidOptionsError } from '../../core/index.js';
import { type ConnectionTerms, checkTerms, plainTerms } from '../connections/connection-terms.js';
import type { ContentLengthFault } from '../kinds/content-length.js';
import type { DripFault } from '../kinds/drip.js';
import type { GraphQLErrorsFault } from '../kinds/graphql-errors.js';
import type { HangFault } from '../kinds/hang.js';
import type { HugeFault } from '../kinds/huge.js';
import type { InformationalFault } from '../kinds/informational.js';
import type { LatencyFault } from '../kinds/latency.js';
import type { MalformedFault } from '../kinds/malformed.js';
import type { RedirectFault } from '../kinds/redirect.js';
import type { RefuseFault } from '../kinds/refuse.js';
import type { ResetFault } from '../kinds/reset.js';
import type { StatusFault } from '../kinds/status.js';
import type { TlsFault } from '../kinds/tls.js';
import type { TruncateFault } from '../kinds/truncate.js';
import { type FaultName, faultKinds } from './catalogue.js';
import { within } from './complaint.js';
import type { ArmedFault } from './fault-kind.js';

/** What goes wrong, when, and for which requests; a status of 503 unless another kind is named. */
export type Fault =
  | StatusFault
  | LatencyFault
  | ResetFault
  | RefuseFault
  | TlsFault
  | HangFault
  | GraphQLErrorsFault
  | DripFault
  | TruncateFault
  | MalformedFault
  | ContentLengthFault
  | RedirectFault
  | HugeFault
  | InformationalFault;

const mostFaults = 100;

/** Checks one fault or several, and whether the server permits them; the error names the field, the rule and the value. */
export function armFaults(given: unknown, terms: ConnectionTerms = plainTerms): readonly ArmedFault[] {
  if (!Array.isArray(given)) return [armFault(given, terms)];
  const faults: readonly unknown[] = given;
  if (faults.length <= mostFaults)
    return faults.map((fault, index) => within(`[${index}]`, 'fault', () => armFault(fault, terms)));
  throw new InvalidOptionsError({
    decorator: 'fault',
    rule: `can be at most ${mostFaults} at once`,
    value: faults.length,
  });
}

function armFault(given: unknown, terms: ConnectionTerms): ArmedFault {
  if (typeof given !== 'object' || given === null) {
    throw new InvalidOptionsError({ decorator: 'fault', rule: 'must be an object', value: given });
  }
  const { kind = 'status' } = given as { readonly kind?: unknown };
  if (typeof kind === 'string' && Object.hasOwn(faultKinds, kind)) {
    const fault = faultKinds[kind as FaultName].arm(given);
    checkTerms(fault, terms);
    return fault;
  }
  const names = Object.keys(faultKinds).map((name) => `'${name}'`);
  throw new InvalidOptionsError({
    decorator: 'fault',
    option: 'kind',
    rule: `must be one of ${names.join(', ')}`,
    value: kind,
  });
}
