import { type LinesOf, whole } from './line.js';

/** How the events of the policies read that deal with callees which fail. */
export const failureLines: LinesOf<'retry' | 'hedge' | 'circuit' | 'timeout' | 'fallback' | 'chaos'> = {
  'retry.scheduled': {
    usual: 'debug',
    tell: ({ site, attempt, delay, reason, error }, failure) => [
      `${site} failed in attempt ${attempt}, the next one follows in ${whole(delay)} ms`,
      { site, attempt, delay, reason, error: failure(error) },
    ],
  },
  'retry.exhausted': {
    usual: 'debug',
    tell: ({ site, attempt, reason, error }, failure) => [
      `${site} is not tried again after attempt ${attempt}: ${reason}`,
      { site, attempt, reason, error: failure(error) },
    ],
  },
  'retry.budgetSpent': {
    usual: 'debug', // one for every call that fails, as a budget earns a little all the time and is never spent once and for all
    tell: ({ site, budget, kind, error }, failure) => [
      `${site} gets no ${kind}: budget ${budget} is spent`,
      { site, budget, kind, error: failure(error) },
    ],
  },
  'hedge.started': {
    usual: 'debug',
    tell: ({ site, attempt, hedge, after, error }, failure) => [
      `${site} is called once more beside attempt ${attempt}, ${whole(after)} ms after its start`,
      { site, attempt, hedge, after, error: failure(error) },
    ],
  },
  'hedge.won': {
    usual: 'debug',
    tell: ({ site, hedge, elapsed }) => [
      `${site} is answered by hedge ${hedge} after ${whole(elapsed)} ms`,
      { site, hedge, elapsed },
    ],
  },
  'circuit.moved': {
    usual: 'warn',
    tell: ({ circuit, from, to }) => [`circuit ${circuit} moved from ${from} to ${to}`, { circuit, from, to }],
  },
  'circuit.thresholdReached': {
    usual: 'warn',
    tell: ({ circuit }) => [
      `circuit ${circuit} would have opened, but only watches, or maxOpenKeys are open`,
      { circuit },
    ],
  },
  'circuit.refused': {
    usual: 'debug',
    tell: ({ site, circuit, retryAfter }) => [
      `${site} was not called: circuit ${circuit} lets no call pass`,
      { site, circuit, retryAfter },
    ],
  },
  'circuit.waited': {
    usual: 'debug',
    tell: ({ site, circuit, waited }) => [
      `${site} waited ${whole(waited)} ms for circuit ${circuit}`,
      { site, circuit, waited },
    ],
  },
  'circuit.probed': {
    usual: 'debug',
    tell: ({ circuit, passed, error }, failure) => [
      `the probe of circuit ${circuit} ${passed ? 'passed' : 'failed'}`,
      { circuit, passed, error: failure(error) },
    ],
  },
  'timeout.struck': {
    usual: 'debug',
    tell: ({ site, scope, after, attempt }) => [
      `${site} ran out of time: ${scope === 'total' ? 'the call' : `attempt ${attempt}`} took longer than ${after} ms`,
      { site, scope, after, attempt },
    ],
  },
  'fallback.applied': {
    usual: 'info',
    tell: ({ site, error }, failure) => [
      `${site} failed and is answered by its fallback`,
      { site, error: failure(error) },
    ],
  },
  'chaos.injected': {
    usual: 'info', // else it would look like a failure of the callee
    tell: ({ site, attempt, what, delay, error }, failure) => [
      `chaos has struck attempt ${attempt} of ${site}: ${what}`,
      { site, attempt, what, delay, error: failure(error) },
    ],
  },
};
