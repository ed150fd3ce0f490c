import type { CircuitMove } from './circuit-log.js';
import type { CircuitFigures } from './circuit-stats.js';

declare module '../../core/events.js' {
  interface Events {
    /** A circuit has moved; `site` is its name. */
    'circuit.moved': CircuitMove & { readonly site: string; readonly circuit: string };
    /** A call was refused, the method not called; `retryAfter` in milliseconds where it is known. */
    'circuit.refused': { readonly site: string; readonly circuit: string; readonly retryAfter: number | undefined };
    /** A call was let through after it had waited so many milliseconds for the trial. */
    'circuit.waited': { readonly site: string; readonly circuit: string; readonly waited: number };
    /** A probe of an open circuit has ended: it passed, or failed by `error` (undefined where it came to `false`). */
    'circuit.probed': {
      readonly site: string;
      readonly circuit: string;
      readonly passed: boolean;
      readonly error: unknown;
    };
    /** A circuit would have opened, but only watches, or may not because of `maxOpenKeys`; told once until it is reset or moves. */
    'circuit.thresholdReached': {
      readonly site: string;
      readonly circuit: string;
      readonly reason: 'metrics_only' | 'max_open_keys';
      readonly figures: CircuitFigures;
    };
  }
}
