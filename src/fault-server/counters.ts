import { type FaultName, faultKinds } from './catalogue.js';
import type { Outcome } from './exchange.js';

/** What the server has done since its start, in numbers. */
export interface FaultServerStats {
  readonly requests: number;
  readonly inFlight: number;
  /** The most requests that were in flight at once. */
  readonly peakConcurrency: number;
  readonly answered: number;
  /** Requests whose answer was a fault. */
  readonly failed: number;
  /** Refused because the queue was full. */
  readonly refused: number;
  /** Left by their client before they had an answer. */
  readonly abandoned: number;
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<FaultName, number>>;
  /** Workers that are busy; all requests in progress when their number is unlimited. */
  readonly busyWorkers: number;
  readonly peakBusyWorkers: number;
  readonly queued: number;
}

/** Counts requests as they come and go. */
export class Counters {
  readonly outcomes: Record<Outcome, number> = { answered: 0, failed: 0, refused: 0, abandoned: 0, closed: 0 };
  readonly faults = Object.fromEntries(Object.keys(faultKinds).map((kind) => [kind, 0])) as Record<FaultName, number>;
  requests = 0;
  inFlight = 0;
  peakConcurrency = 0;

  arrived(): void {
    this.requests++;
    this.peakConcurrency = Math.max(this.peakConcurrency, ++this.inFlight);
  }

  settled(outcome: Outcome): void {
    this.inFlight--;
    this.outcomes[outcome]++;
  }
}
