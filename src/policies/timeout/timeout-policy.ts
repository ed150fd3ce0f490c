import {
  type Bounds,
  type Call,
  type Clock,
  type CurrentCall,
  type Duration,
  InvalidOptionsError,
  type Line,
  letEnd,
  markPermanent,
  type Next,
  type Outcomes,
  type Policy,
  parseDuration,
  type Services,
} from '../../core/index.js';
import { type Settlers, TimedCall } from './timed-call.js';

/** What a timeout was asked for. */
export interface Limit {
  readonly scope: 'attempt' | 'total';
  readonly after: number | ((call: CurrentCall) => Duration);
  readonly onTimeout: ((timeout: { readonly scope: 'attempt' | 'total'; readonly after: number }) => void) | undefined;
}

/** Gives a call, or each attempt, a limited time: it rejects when that is over, and the attempt's signal aborts. */
export class TimeoutPolicy implements Policy {
  readonly counts = true;
  /** Calls and attempts that kept to the limit and that it struck; of these, those that go on all the same, and that settled after it. */
  readonly stats = { settled: 0, struck: 0, zombies: 0, late: 0 };
  readonly scope: 'attempt' | 'total';
  readonly #limit: Limit;
  readonly #services: Services;
  readonly clock: Clock;

  constructor(limit: Limit, services: Services) {
    this.scope = limit.scope;
    this.#limit = limit;
    this.#services = services;
    this.clock = services.clock;
  }

  get summary(): string {
    const { scope, after } = this.#limit;
    return `${typeof after === 'number' ? `${after} ms` : 'a limit by function'} for ${scope === 'total' ? 'the whole call' : 'each attempt'}`;
  }

  wrap(next: Next, outcomes?: Outcomes): Next {
    const { after } = this.#limit;
    if (typeof after === 'function') return (call) => this.#byFunction(call, next, after, outcomes);
    const line = this.clock.line(after);
    return (call) => this.#timed(call, next, after, line, outcomes);
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    const { after } = this.#limit;
    return { attempts, duration: typeof after === 'number' ? Math.min(duration, after) : duration };
  }

  /** Tells of a limit that struck. */
  struck(call: Call, after: number): void {
    const { scope } = this;
    const { events } = this.#services;
    this.stats.struck++;
    events.emit('timeout.struck', { site: call.site, scope, after, attempt: call.attempt });
    if (this.#limit.onTimeout) events.tell(this.#limit.onTimeout, { scope, after }, `${call.site} onTimeout`);
  }

  #byFunction(call: Call, next: Next, choose: (call: CurrentCall) => Duration, outcomes?: Outcomes): Promise<unknown> {
    let after: number;
    letEnd(call); // the function may keep the call, and cancel it
    try {
      after = this.#chosen(choose(call), call.site);
    } catch (error) {
      outcomes?.failed(error, call);
      return Promise.reject(error);
    }
    if (after > 0 && after < Number.POSITIVE_INFINITY) return this.#timed(call, next, after, undefined, outcomes);
    return outcomes === undefined ? next(call) : outcomes.of(next(call), call);
  }

  #chosen(duration: Duration, site: string): number {
    if (typeof duration === 'number' && duration <= 0) return 0;
    const parsed = parseDuration(duration);
    if (parsed !== undefined) return parsed;
    const { scope: option } = this;
    const rule = 'must return a duration';
    throw markPermanent(new InvalidOptionsError({ decorator: '@Timeout', option, rule, value: duration, site }));
  }

  #timed(call: Call, next: Next, after: number, line: Line | undefined, outcomes?: Outcomes): Promise<unknown> {
    const clock = this.clock;
    const now = clock.now();
    const fork = call.fork();
    if (fork.due === undefined || now + after < fork.due) fork.due = now + after;
    if (this.scope === 'total') fork.interruptible = true;
    const outcome = new Promise<unknown>(takeSettlers);
    const timed = new TimedCall(this, fork, after, settlers, outcomes);
    takeSettlers(nothing, nothing); // what the call comes to must not be kept here until the next one
    if (line === undefined) clock.arm(timed, now + after);
    else line.arm(timed, now);
    if (call.interruptible) timed.follow(call);
    next(fork).then(
      (value) => timed.succeeded(value),
      (error) => timed.failed(error),
    );
    return outcome;
  }
}

const nothing = () => undefined;
const settlers: Settlers = { resolve: nothing, reject: nothing };

/** Hands over what settles the promise that is being made: one function for all, instead of a closure per call. */
function takeSettlers(resolve: Settlers['resolve'], reject: Settlers['reject']): void {
  settlers.resolve = resolve;
  settlers.reject = reject;
}
