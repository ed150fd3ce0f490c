import { retryAfterOf } from '../../core/index.js';
import type { CircuitTerms } from './circuit.js';
import type { CircuitSettings } from './circuit-options.js';
import type { CircuitServices } from './circuit-services.js';
import { CountWindow } from './count-window.js';
import { openTime, usualOpenTime } from './open-time.js';
import { Tally } from './tally.js';
import type { Thresholds } from './thresholds.js';
import { TimeWindow } from './time-window.js';
import { fewestSuccesses } from './trial.js';
import type { Window } from './window.js';
import type { WindowSize } from './window-size.js';

/** What a function that chooses an open time may want to know. */
interface Remembered {
  readonly lastFailure: { readonly error: unknown } | undefined;
  readonly comeBackAt: number | undefined;
}

const usualWindow: WindowSize = { calls: 100 };
const usualThreshold = 5;
const usualMinimum = 10;

/** Reads by what a circuit moves: from its settings, and from what it remembers. */
export function termsOf(
  settings: CircuitSettings,
  name: string,
  log: Remembered,
  { clock, events }: Pick<CircuitServices, 'clock' | 'events'>,
): CircuitTerms {
  const { window, failureRate, slowRate, halfOpenCalls, successThreshold, halfOpenFor } = settings;
  const byRate = failureRate !== undefined || slowRate !== undefined;
  const size = window ?? (byRate ? usualWindow : undefined);
  const blame = (fault: unknown) => events.blame(fault, `${name} openFor`);
  const fewest = failureRate === undefined ? halfOpenCalls : fewestSuccesses(halfOpenCalls, failureRate);
  return {
    thresholds: thresholdsOf(settings, size),
    trial: { calls: halfOpenCalls, successThreshold: successThreshold ?? fewest, slowFails: slowRate !== undefined },
    timed: size !== undefined && 'time' in size,
    halfOpenFor,
    halfOpenAtMost: settings.probe === undefined ? Number.POSITIVE_INFINITY : usualOpenTime,
    window: windows(size),
    openFor: (openings, now) => {
      const opening = { name, openings, error: log.lastFailure?.error, retryAfter: ahead(log.comeBackAt, now) };
      return openTime(settings.openFor, opening, blame);
    },
    ...(typeof settings.openFor === 'function' && { comeBackAt: comesBackAt(clock, blame) }),
  };
}

/** How long it is until a time that has not passed. */
function ahead(at: number | undefined, now: number): number | undefined {
  return at === undefined || at < now ? undefined : at - now;
}

/** Reads from failures when to come back; one that cannot be read says nothing, and `blame` hears why. */
function comesBackAt(
  clock: Pick<CircuitServices['clock'], 'wallNow'>,
  blame: (fault: unknown) => void,
): NonNullable<CircuitTerms['comeBackAt']> {
  return (failure, now) => {
    try {
      const retryAfter = retryAfterOf(failure, clock.wallNow());
      return retryAfter === undefined ? undefined : now + retryAfter;
    } catch (fault) {
      blame(fault);
      return undefined;
    }
  };
}

function thresholdsOf(settings: CircuitSettings, size: WindowSize | undefined): Thresholds {
  const { window, failureThreshold, failureRate, slowRate, minimumCalls, rateOver } = settings;
  const none = Number.POSITIVE_INFINITY;
  const most = size !== undefined && 'calls' in size ? size.calls : none;
  const failures =
    failureThreshold ??
    (failureRate === undefined ? Math.min(usualThreshold, window === undefined ? none : most) : none);
  return {
    consecutiveFailures: window === undefined ? failures : none,
    failures: window === undefined ? none : failures,
    failureRate: failureRate ?? none,
    slowRate: slowRate ?? none,
    minimumCalls: minimumCalls ?? Math.min(usualMinimum, most),
    overStarted: rateOver === 'started',
  };
}

function windows(size: WindowSize | undefined): (now: number) => Window {
  if (size === undefined) return () => new Tally();
  return 'calls' in size ? () => new CountWindow(size.calls) : (now) => new TimeWindow(size.time, now);
}
