import type { Fault } from 'holdfast/fault-server';

/** One stretch of the outage. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly faults: readonly Fault[];
}

/** What the supplier goes through. */
export const phases: readonly Phase[] = [
  { name: 'healthy', seconds: 3, faults: [] },
  { name: 'slow', seconds: 4, faults: [{ kind: 'latency', latency: { min: 150, max: 600 } }] },
  {
    name: 'failing',
    seconds: 4,
    faults: [
      { kind: 'latency', latency: { min: 20, max: 200 } },
      { kind: 'status', status: 503, rate: 0.4 },
    ],
  },
  { name: 'down', seconds: 4, faults: [{ kind: 'reset' }] },
  { name: 'recovering', seconds: 5, faults: [{ kind: 'status', status: 503, rate: 0.05 }] },
];

/** How long all of it takes, in seconds. */
export const duration = phases.reduce((sum, { seconds }) => sum + seconds, 0);

/** Calls that come in each second, whatever became of the ones before. */
export const callsPerSecond = 80;

/** How long a caller waits for an answer, in milliseconds. */
export const patience = 2000;

/** The phase that a second belongs to. */
export function phaseAt(second: number): string {
  const names = phases.flatMap(({ name, seconds }) => Array<string>(seconds).fill(name));
  return names[second] ?? 'over';
}
