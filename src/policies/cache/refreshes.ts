import {
  Alarm,
  type Call,
  type Clock,
  type Flights,
  isNoted,
  type Key,
  type Line,
  linkedCall,
  type Next,
  retryAfterOf,
  runOutside,
  signalMark,
  TimeoutError,
} from '../../core/index.js';
import type { Rests } from './rests.js';

/** The bounds of what goes on behind the callers. */
export interface RefreshBounds {
  readonly refreshTimeout: number;
  readonly maxRefreshes: number;
}

/** The first rest after a failed refresh, in milliseconds, where values do not last shorter than that. */
const firstRest = 1000;

/** Renews stale values behind their callers: one at a time for a key, bounded in number and time, with a rest after a failure. */
export class Refreshes {
  /** How many are under way. */
  running = 0;
  readonly #rests: Rests;
  readonly #clock: Clock;
  readonly #flights: Flights;
  #bounds: RefreshBounds;
  #line: Line;

  constructor(flights: Flights, rests: Rests, clock: Clock, bounds: RefreshBounds) {
    this.#rests = rests;
    this.#flights = flights;
    this.#clock = clock;
    this.#bounds = bounds;
    this.#line = clock.line(bounds.refreshTimeout);
  }

  change(bounds: RefreshBounds): void {
    this.#bounds = bounds;
    this.#line = this.#clock.line(bounds.refreshTimeout);
  }

  /** Tells whether a refresh of the key may start now. */
  admits(key: Key): boolean {
    return (
      !this.#flights.has(key) && this.running < this.#bounds.maxRefreshes && !this.#rests.has(key, this.#clock.coarse())
    );
  }

  /** Starts a refresh: the same invocation, but outside of the call that found the value stale, and not in its report. */
  start(key: Key, call: Call, load: Next, failed: (error: unknown) => void): void {
    const flight = linkedCall(call.origin, call.target, call.args, undefined, isNoted(call, signalMark));
    flight.interruptible = true;
    const limit = new RefreshLimit(flight, this.#bounds.refreshTimeout);
    this.running++;
    this.#line.arm(limit, this.#clock.now());
    const over = () => {
      this.running--;
      this.#clock.disarm(limit);
    };
    runOutside(() => this.#flights.launch(key, flight, load)).then(over, (error) => {
      over();
      failed(error);
    });
  }

  /** Lets a key rest after its refresh failed: at first as long as its value was fresh, or shorter. */
  rest(key: Key, error: unknown, freshFor: number): void {
    const asked = retryAfterOf(error, this.#clock.wallNow());
    this.#rests.failed(key, this.#clock.now(), Math.min(freshFor, firstRest), asked);
  }
}

/** Ends a refresh that takes too long: a failure, as a total timeout is. */
class RefreshLimit extends Alarm {
  readonly #flight: Call;
  readonly #after: number;

  constructor(flight: Call, after: number) {
    super();
    this.#flight = flight;
    this.#after = after;
  }

  override get keepsAlive(): boolean {
    return false;
  }

  override ring(): void {
    this.#flight.end(new TimeoutError('total', this.#after, { site: this.#flight.site }), true);
  }
}
