import type { Rule } from '../../core/index.js';
import { longestOpenTime, type OpenTime } from './open-time.js';
import { type Probe, usualProbeEvery } from './probing.js';
import type { WindowSize } from './window-size.js';

/** What the rules between the options of a circuit look at. */
interface Ruled {
  readonly failureThreshold: number | undefined;
  readonly window: WindowSize | undefined;
  readonly minimumCalls: number | undefined;
  readonly openFor: OpenTime;
  readonly halfOpenCalls: number;
  readonly successThreshold: number | undefined;
  readonly probe: Probe | undefined;
  readonly probeEvery: number | undefined;
}

/** The rules between the options of a circuit itself. */
export const circuitRules: readonly Rule<Ruled>[] = [
  withinWindow('failureThreshold'),
  withinWindow('minimumCalls'),
  ({ successThreshold, halfOpenCalls }) =>
    successThreshold !== undefined && successThreshold > halfOpenCalls
      ? {
          option: 'successThreshold',
          rule: `must not be above halfOpenCalls (${halfOpenCalls})`,
          value: successThreshold,
        }
      : undefined,
  ({ probe, probeEvery }) =>
    probe === undefined && probeEvery !== undefined
      ? { option: 'probeEvery', rule: 'needs probe: what is to run so often while the circuit is open' }
      : undefined,
  ({ probe, probeEvery = usualProbeEvery, openFor }) => {
    const longest = longestOpenTime(openFor);
    if (probe === undefined || probeEvery < longest) return undefined;
    return {
      option: 'probeEvery',
      rule: `must be below openFor (${longest} ms), or probe never runs`,
      value: probeEvery,
    };
  },
];

function withinWindow(option: 'failureThreshold' | 'minimumCalls'): Rule<Ruled> {
  return ({ window, [option]: value }) => {
    if (value === undefined || window === undefined || !('calls' in window) || value <= window.calls) return undefined;
    return { option, rule: `must not be above the window (${window.calls} calls)`, value };
  };
}
