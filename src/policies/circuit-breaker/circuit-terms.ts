import type { EventBus } from '../../core/index.js';
import type { CircuitTerms } from './circuit.js';
import type { CircuitSettings, WindowSize } from './circuit-options.js';
import { CountWindow } from './count-window.js';
import { openTime } from './open-time.js';
import { Tally } from './tally.js';
import type { Thresholds } from './thresholds.js';
import { TimeWindow } from './time-window.js';
import { fewestSuccesses } from './trial.js';
import type { Window } from './window.js';

/** What a function that chooses an open time may want to know. */
interface Remembered {
  readonly lastFailure: { readonly error: unknown } | undefined;
}

const usualWindow: WindowSize = { calls: 100 };
const usualThreshold = 5;
const usualMinimum = 10;

/** Reads by what a circuit moves: from its settings, and from what it remembers. */
export function termsOf(settings: CircuitSettings, name: string, log: Remembered, events: EventBus): CircuitTerms {
  const { window, failureRate, slowRate, halfOpenCalls, successThreshold, halfOpenFor } = settings;
  const byRate = failureRate !== undefined || slowRate !== undefined;
  const size = window ?? (byRate ? usualWindow : undefined);
  const fewest = failureRate === undefined ? halfOpenCalls : fewestSuccesses(halfOpenCalls, failureRate);
  return {
    thresholds: thresholdsOf(settings, size),
    trial: { calls: halfOpenCalls, successThreshold: successThreshold ?? fewest, slowFails: slowRate !== undefined },
    timed: size !== undefined && 'time' in size,
    halfOpenFor,
    window: windows(size),
    openFor: (openings) => {
      const blame = (fault: unknown) => events.blame(fault, `${name} openFor`);
      return openTime(settings.openFor, { name, openings, error: log.lastFailure?.error }, blame);
    },
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
