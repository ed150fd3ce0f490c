import type { CircuitMove } from './circuit-log.js';
import type { CircuitFigures } from './circuit-stats.js';

/** Who is told what a circuit does, and asked what it may; may start calls, must not throw. */
export interface CircuitListener {
  /** Whether it may open: not where too many others of its family are open already. */
  mayOpen(): boolean;
  moved(move: CircuitMove): void;
  /** It would have opened, but only watches, or may not. */
  thresholdReached(figures: CircuitFigures): void;
  /** A place in the trial has come free. */
  placeFreed(): void;
}
