import type { Finding } from '../harness/finding.js';
import { howLongTheTailIs, type TailEffort } from './how-long-is-the-tail.js';
import type { HttpEffort } from './take-turns.js';
import { uses, whatARequestCosts } from './what-does-a-request-cost.js';

/** How much a question over HTTP may cost. */
export interface HttpEfforts {
  /** With fifty requests in flight, and with one. */
  readonly 'http-fifty': HttpEffort;
  readonly 'http-one': HttpEffort;
  readonly 'http-tail': TailEffort;
}

/** One question over real HTTP, and what it found: several findings from one run. */
export interface HttpQuestion {
  readonly id: keyof HttpEfforts;
  ask(efforts: HttpEfforts): Promise<Finding[]>;
}

/** The questions over real HTTP: client here, server in another process, loopback between them. */
export const httpQuestions: readonly HttpQuestion[] = [
  ...uses.map((use): HttpQuestion => ({ id: use.id, ask: (efforts) => whatARequestCosts(use, efforts[use.id]) })),
  { id: 'http-tail', ask: (efforts) => howLongTheTailIs(efforts['http-tail']) },
];
