import type { CircuitTerms } from './circuit.js';
import type { CircuitSettings } from './circuit-options.js';
import { usualProbeEvery } from './probing.js';

/** When a circuit opens, and for how long, in a few words. */
export function summaryOf(settings: CircuitSettings, { thresholds }: CircuitTerms): string {
  const { window, openFor, probe, probeEvery, maxOpenKeys } = settings;
  const { consecutiveFailures, failures, failureRate, slowRate } = thresholds;
  const size = window === undefined || 'calls' in window ? `${window?.calls ?? 100} calls` : `${window.time} ms`;
  const reasons = [
    Number.isFinite(consecutiveFailures) && `${consecutiveFailures} failures in a row`,
    Number.isFinite(failures) && `${failures} failures within ${size}`,
    Number.isFinite(failureRate) && `${percent(failureRate)} failures of ${size}`,
    Number.isFinite(slowRate) && `${percent(slowRate)} slow of ${size}`,
  ].filter((reason) => reason !== false);
  const besides = [
    timeOf(openFor),
    probe && `probed every ${probeEvery ?? usualProbeEvery} ms`,
    maxOpenKeys && `at most ${percent(maxOpenKeys)} of its keys at a time`,
  ].filter(Boolean);
  return `opens after ${reasons.join(' or ')}, ${besides.join(', ')}`;
}

function timeOf(openFor: CircuitSettings['openFor']): string {
  if (typeof openFor === 'number') return `for ${openFor} ms`;
  return typeof openFor === 'object' ? `for ${openFor.initial} to ${openFor.max} ms` : 'for a time by function';
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}
