import { type Bounds, type Next, type Policy, type Random, type Services, seededRandom } from '../../core/index.js';
import type { ChaosSettings } from './chaos-options.js';
import { type ChaosUse, Strike } from './strike.js';

/** Injects faults, waits, answers and behaviour into some attempts, as if the method had shown them. */
export class ChaosPolicy implements Policy {
  readonly stats = { passed: 0, behavior: 0, latency: 0, fault: 0, result: 0 };
  readonly #rate: number;
  readonly #random: Random;
  readonly #use: ChaosUse;

  constructor(settings: ChaosSettings, result: ChaosUse['result'], services: Services) {
    const { rate, seed, behavior, latency, fault } = settings;
    const told = services.events.channel('chaos.injected');
    this.#rate = rate;
    this.#random = seed === undefined ? services.random : seededRandom(seed);
    this.#use = { behavior, latency, fault, result, clock: services.clock, told, stats: this.stats };
  }

  get summary(): string {
    const injected = (['behavior', 'latency', 'fault', 'result'] as const).filter((what) => this.#use[what]);
    return `${injected.join(', ')} at a rate of ${this.#rate}`;
  }

  /** One number per attempt, drawn before anything waits: so a seed picks the same attempts, however calls overlap and whatever is injected. */
  wrap(next: Next): Next {
    const random = this.#random;
    const rate = this.#rate;
    const { stats } = this;
    return (call) => {
      const drawn = random.next();
      if (drawn < rate) return new Strike(this.#use, call, drawn / rate).run(next);
      stats.passed++;
      return next(call);
    };
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    const { behavior, latency } = this.#use;
    const wait = typeof latency === 'function' || behavior ? Number.POSITIVE_INFINITY : (latency?.max ?? 0);
    return { attempts, duration: duration + wait };
  }
}
