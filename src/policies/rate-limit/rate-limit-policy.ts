import type { Bounds, Call, Instances, Next, Policy } from '../../core/index.js';
import { checkWeight } from './acquire-options.js';
import { follow } from './follow.js';
import type { Hold } from './meter.js';
import type { RateLimitSettings } from './rate-limit-options.js';
import { RateLimitedError } from './rate-limited-error.js';
import type { RateLimiter } from './rate-limiter.js';

/** Lets calls through at a limited rate; others wait for their turn, or are refused. */
export class RateLimitPolicy implements Policy {
  /** Calls that passed at once, that passed after a wait, and that were refused. */
  readonly stats = { permitted: 0, waited: 0, rejected: 0 };
  readonly uses: string;
  readonly #instances: Instances<RateLimiter>;
  readonly #limiter: RateLimiter;
  readonly #maxWait: number;
  readonly #weight: RateLimitSettings['weight'];

  constructor(
    instances: Instances<RateLimiter>,
    limiter: RateLimiter,
    { maxWait, weight }: Pick<RateLimitSettings, 'maxWait' | 'weight'>,
  ) {
    this.uses = instances.name;
    this.#instances = instances;
    this.#limiter = limiter;
    this.#maxWait = maxWait;
    this.#weight = weight;
  }

  get summary(): string {
    const { rate } = this.#limiter;
    return this.#maxWait > 0 ? `${rate}, waits up to ${this.#maxWait} ms` : rate;
  }

  wrap(next: Next): Next {
    const { only } = this.#instances;
    const weight = this.#weight;
    if (only === undefined || typeof weight === 'function') return (call) => this.#choose(call, next);
    const { stats } = this;
    return (call) => {
      if (!only.take(weight)) return this.#wait(only, weight, call, next);
      stats.permitted++;
      const outcome = only.adopts ? follow(only, call, next) : next(call);
      if (!call.started) keepAnEye(only, only.hold(weight), call, outcome);
      return outcome;
    };
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    return { attempts, duration: duration + this.#maxWait };
  }

  /** The same, where the limiter or the weight depends on the call. */
  #choose(call: Call, next: Next): Promise<unknown> {
    try {
      const limiter = this.#instances.of(call);
      const weight = this.#weigh(call);
      if (!limiter.take(weight)) return this.#wait(limiter, weight, call, next);
      this.stats.permitted++;
      return pass(limiter, weight, call, next);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #wait(limiter: RateLimiter, weight: number, call: Call, next: Next): Promise<unknown> {
    let hold: Hold;
    try {
      hold = await limiter.enter(call, weight, this.#maxWait);
    } catch (error) {
      if (error instanceof RateLimitedError) this.stats.rejected++;
      throw error;
    }
    this.stats.waited++;
    return pass(limiter, weight, call, next, hold);
  }

  #weigh(call: Call): number {
    const weight = this.#weight;
    if (typeof weight === 'number') return weight;
    const rule = 'must return a number of at least 0';
    return checkWeight(weight.apply(call.target, call.args as unknown[]), '@RateLimit', rule, call.site);
  }
}

function pass(limiter: RateLimiter, weight: number, call: Call, next: Next, hold?: Hold): Promise<unknown> {
  const outcome = limiter.adopts ? follow(limiter, call, next) : next(call);
  if (call.started) hold?.spend();
  else keepAnEye(limiter, hold ?? limiter.hold(weight), call, outcome);
  return outcome;
}

/** A call that did not get as far as its method, because something further in refused it, does not use its permits. */
function keepAnEye(limiter: RateLimiter, hold: Hold, call: Call, outcome: Promise<unknown>): void {
  outcome.then(
    () => hold.spend(),
    () => (call.started ? hold.spend() : limiter.giveBack(hold)),
  );
}
