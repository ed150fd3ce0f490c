import type { CircuitTerms } from './circuit.js';
import type { CircuitSettings } from './circuit-options.js';

/** When a circuit opens, and for how long, in a few words. */
export function summaryOf({ window, openFor }: CircuitSettings, { thresholds }: CircuitTerms): string {
  const { consecutiveFailures, failures, failureRate, slowRate } = thresholds;
  const size = window === undefined || 'calls' in window ? `${window?.calls ?? 100} calls` : `${window.time} ms`;
  const reasons = [
    Number.isFinite(consecutiveFailures) && `${consecutiveFailures} failures in a row`,
    Number.isFinite(failures) && `${failures} failures within ${size}`,
    Number.isFinite(failureRate) && `${percent(failureRate)} failures of ${size}`,
    Number.isFinite(slowRate) && `${percent(slowRate)} slow of ${size}`,
  ].filter((reason) => reason !== false);
  return `opens after ${reasons.join(' or ')}, ${timeOf(openFor)}`;
}

function timeOf(openFor: CircuitSettings['openFor']): string {
  if (typeof openFor === 'number') return `for ${openFor} ms`;
  return typeof openFor === 'object' ? `for ${openFor.initial} to ${openFor.max} ms` : 'for a time by function';
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}
