import type { ConnectionCounts } from '../connections/connections.js';
import type { Outcome } from '../exchange/exchange.js';
import { type FaultName, faultKinds } from '../faults/catalogue.js';

/** What the server has done since its start, in numbers. */
export interface FaultServerStats {
  readonly requests: number;
  /** Requests that are there and have no answer yet. */
  readonly inFlight: number;
  /** Requests that hold a slot. */
  readonly concurrency: number;
  /** The most that held a slot at once. */
  readonly peakConcurrency: number;
  readonly answered: number;
  /** Requests whose answer was a fault. */
  readonly failed: number;
  /** Refused because a queue was full. */
  readonly refused: number;
  /** Given up by the server because they took too long. */
  readonly timedOut: number;
  /** Left by their client before they had an answer. */
  readonly abandoned: number;
  /** How often each kind of fault struck: requests, connections, or the port. */
  readonly faults: Readonly<Record<FaultName, number>>;
  readonly connections: ConnectionCounts;
  /** Workers that are busy; all requests in progress when their number is unlimited. */
  readonly busyWorkers: number;
  readonly peakBusyWorkers: number;
  /** Requests that wait for a slot or a worker. */
  readonly queued: number;
  /** Requests that were answered as one of the same name before them. */
  readonly replayed: number;
  /** Answers that are remembered for such requests. */
  readonly remembered: number;
}

/** Counts requests as they come and go. */
export class Counters {
  readonly outcomes: Record<Outcome, number> = {
    ...{ answered: 0, failed: 0, refused: 0, timedOut: 0, abandoned: 0, closed: 0 },
  };
  readonly faults = Object.fromEntries(Object.keys(faultKinds).map((kind) => [kind, 0])) as Record<FaultName, number>;
  requests = 0;
  inFlight = 0;

  arrived(): void {
    this.requests++;
    this.inFlight++;
  }

  settled(outcome: Outcome): void {
    this.inFlight--;
    this.outcomes[outcome]++;
  }
}
