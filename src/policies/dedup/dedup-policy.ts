import {
  type Call,
  type Channel,
  checkKey,
  type EventBus,
  type Events,
  Flights,
  type GivenKey,
  hasInstances,
  type Key,
  keyReader,
  type Next,
  Numbers,
  type Policy,
  type Site,
  splitKey,
  wholeKey,
} from '../../core/index.js';
import type {} from './dedup-events.js';
import type { DedupSettings } from './dedup-options.js';

/** Merges calls that ask for the same at the same time: one runs, the others wait for it. Nothing is kept afterwards. */
export class DedupPolicy implements Policy {
  readonly #settings: DedupSettings;
  readonly #site: Site;
  readonly #flights = new Flights();
  readonly #joined: Channel<Events['dedup.joined']>;
  readonly #counts = { leaders: 0, followers: 0, bypassed: 0 };

  constructor(settings: DedupSettings, site: Site, events: EventBus) {
    this.#settings = settings;
    this.#site = site;
    this.#joined = events.channel('dedup.joined');
  }

  /** Calls that ran, calls that waited for another, calls without a key, and how many run now. */
  get stats(): {
    readonly leaders: number;
    readonly followers: number;
    readonly bypassed: number;
    readonly inFlight: number;
  } {
    return { ...this.#counts, inFlight: this.#flights.size };
  }

  get summary(): string {
    return `calls at the same time on ${this.#settings.scope === 'instance' ? 'one instance' : 'all instances'} are one`;
  }

  wrap(next: Next): Next {
    const counts = this.#counts;
    const flights = this.#flights;
    const keyOf = this.#ownKeys();
    return (call) => {
      let key: Key | undefined;
      try {
        key = keyOf(call);
      } catch (error) {
        return Promise.reject(error);
      }
      if (key === undefined) {
        counts.bypassed++;
        return next(call);
      }
      const joined = flights.join(key, call);
      if (joined !== undefined) return this.#follow(call, key, joined);
      counts.leaders++;
      return flights.start(key, call, next);
    };
  }

  /** Lets the next call with that key run on its own instead of waiting for the one that runs now, on every instance. */
  forget(key: GivenKey): boolean {
    const whole = checkKey(key, this.#site.name);
    const same = [...this.#flights.keys()].filter((own) => wholeKey(own) === whole);
    return same.filter((own) => this.#flights.forget(own)).length > 0;
  }

  #follow(call: Call, key: Key, joined: Promise<unknown>): Promise<unknown> {
    this.#counts.followers++;
    if (call.report !== undefined) call.report.from = 'dedup';
    if (this.#joined.heard) this.#joined.emit({ site: call.site, key: wholeKey(key) });
    return joined;
  }

  #ownKeys(): (call: Call) => Key | undefined {
    const keyOf = keyReader(this.#settings.key);
    if (this.#settings.scope !== 'instance' || !hasInstances(this.#site)) return keyOf;
    const numbers = new Numbers();
    return (call) => {
      const key = keyOf(call);
      return key === undefined ? undefined : splitKey(key, numbers.of(call.target));
    };
  }
}
