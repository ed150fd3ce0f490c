import type { Clock, Line } from '../../core/index.js';
import type { HedgeSettings, LivePercentile } from './hedge-options.js';
import { LatencySketch } from './latency-sketch.js';

/** How long a copy may take before the next one starts beside it. */
export interface HedgeDelay {
  /** Milliseconds; Infinity while none is started by time. */
  readonly current: number;
  /** The longest that it can be. */
  readonly longest: number;
  /** Where alarms of this delay are armed, if it never changes. */
  readonly line: Line | undefined;
  /** Learns how long a first copy took: undefined where nothing is learned. */
  readonly learn: ((latency: number, now: number) => void) | undefined;
  /** In a few words. */
  readonly summary: string;
}

/** Makes the delay that one use asked for. */
export function hedgeDelay(delay: HedgeSettings['delay'], clock: Clock): HedgeDelay {
  return typeof delay === 'number' ? fixedDelay(delay, clock) : new LiveDelay(delay, clock.now());
}

function fixedDelay(delay: number, clock: Clock): HedgeDelay {
  const never = delay === Number.POSITIVE_INFINITY;
  const line = never || delay === 0 ? undefined : clock.line(delay);
  return { current: delay, longest: delay, line, learn: undefined, summary: never ? 'a failure' : `${delay} ms` };
}

/**
 * Half of the time that latencies count for. Finagle hedges by a window of 30 seconds, which "tracked request latency well" in its tests
 * (com.twitter.finagle.util.WindowedPercentileHistogram); ours is between 15 and 30.
 */
const halfWindow = 15_000;

/** Follows a percentile of the latencies of the last half minute, or of the last few where less is called. */
class LiveDelay implements HedgeDelay {
  readonly longest = Number.POSITIVE_INFINITY;
  readonly line = undefined;
  readonly #terms: Required<LivePercentile>;
  readonly #sketch: LatencySketch;
  #turnedAt: number;
  current = Number.POSITIVE_INFINITY;

  constructor(terms: Required<LivePercentile>, now: number) {
    this.#terms = terms;
    this.#sketch = new LatencySketch(terms.percentile);
    this.#turnedAt = now;
  }

  get summary(): string {
    return `the recent p${Number((100 * this.#terms.percentile).toFixed(3))}`;
  }

  readonly learn = (latency: number, now: number): void => {
    const sketch = this.#sketch;
    const { warmup } = this.#terms;
    this.#turnedAt = Math.min(this.#turnedAt, now); // a clock that was set back must not stop it from forgetting
    if (now - this.#turnedAt >= halfWindow && sketch.fresh >= warmup) {
      sketch.turn(); // never before there is enough to go by
      this.#turnedAt = now;
    }
    sketch.add(latency);
    if (sketch.count >= warmup) this.current = sketch.value;
  };
}
