import { type Duration, duration, optional, options, read, required, that } from '../../core/index.js';
import { type ConnectionTerms, plainTerms } from '../connections/connection-terms.js';
import { within } from './complaint.js';
import { armFaults, type Fault } from './fault.js';
import type { ArmedFault } from './fault-kind.js';

/** One stretch of a script. */
export interface FaultPhase {
  /** How long it lasts. */
  readonly lasts: Duration;
  /** What fails meanwhile; counts and durations begin with the phase. @default nothing: the server is healthy */
  readonly faults?: Fault | readonly Fault[];
}

/** An outage as a timeline: phases one after the other; afterwards the server is healthy. */
export interface FaultScript {
  readonly phases: readonly FaultPhase[];
  /** How often the phases run; `'forever'`, or Infinity: until the server is healed. @default 1 */
  readonly repeat?: number | 'forever';
}

/** A phase that has been checked: milliseconds, and faults that can strike. */
export interface ArmedPhase {
  readonly lasts: number;
  readonly faults: readonly ArmedFault[];
}

/** A script that has been checked. */
export interface ArmedScript {
  readonly phases: readonly ArmedPhase[];
  readonly repeat: number;
}

const mostPhases = 100;
const longestPhase = 86_400_000;

const scriptOptions = options<FaultScript>()('script', {
  phases: required(
    that<readonly FaultPhase[]>(
      (value) => Array.isArray(value) && value.length > 0 && value.length <= mostPhases,
      `must be a list of 1 to ${mostPhases} phases`,
    ),
  ),
  repeat: optional(
    read<number | 'forever', number>(repeatOf, "must be a whole number from 1 to 1000000, or 'forever'"),
    1,
  ),
});

const phaseOptions = options<FaultPhase>()('script', {
  lasts: required(duration({ min: 1, max: longestPhase })),
  faults: optional(
    that<Fault | readonly Fault[]>(() => true, ''),
    [],
  ),
});

/** Checks a script, and whether the server permits its faults; the error names the phase, the field, the rule and the value. */
export function armScript(given: FaultScript, terms: ConnectionTerms = plainTerms): ArmedScript {
  const { phases, repeat } = scriptOptions.complete(scriptOptions.check(given), '');
  return { phases: phases.map((phase, index) => armPhase(phase, index, { ...terms, endless: true })), repeat };
}

/** Its end ends every fault of a phase. */
function armPhase(given: FaultPhase, index: number, terms: ConnectionTerms): ArmedPhase {
  return within(`phases[${index}]`, 'script', () => {
    const { lasts, faults } = phaseOptions.complete(phaseOptions.check(given), '');
    return { lasts, faults: within('faults', 'script', () => armFaults(faults, terms)) };
  });
}

function repeatOf(given: unknown): number | undefined {
  if (given === 'forever' || given === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Number.isSafeInteger(given) && Number(given) >= 1 && Number(given) <= 1_000_000 ? Number(given) : undefined;
}
