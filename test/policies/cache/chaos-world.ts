import { expect } from 'vitest';
import type { CachedOptions, CacheStore } from '../../../src/policies/cache/index.js';
import { protect } from '../../../src/runtime/index.js';
import { memoryStore, tiered } from '../../../src/stores/index.js';
import {
  Boom,
  type ChaosStore,
  chaosStore,
  type ManualClock,
  RecordedEvents,
  settle,
  testRuntime,
  watch,
} from '../../../src/testing/index.js';

/** Where the store stands that misbehaves. */
export type Place = 'alone' | 'behind a memory' | 'before a memory';

/** How long a caller waits for the store. */
export const storeTimeout = 50;

/** A value, and what a test must know of it. */
export interface Made {
  readonly key: string;
  readonly number: number;
  readonly at: number;
}

/** What a call came to, and after how long. */
export interface Answer {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly took: number;
}

/** A method behind a cache whose store misbehaves on command, and all that it is asked. */
export class ChaosWorld {
  readonly clock: ManualClock;
  readonly events: RecordedEvents;
  readonly store: CacheStore;
  readonly chaos: ChaosStore;
  readonly runtime;
  readonly down = new Boom('the callee is down');
  /** What the method does: it answers at once, waits for `land`, or fails. */
  upstream: 'answers' | 'waits' | 'is down' = 'answers';
  readonly made: Made[] = [];
  /** What it gives; a `Made` unless a test wants something else. */
  give: (made: Made) => unknown = (made) => made;
  runs = 0;
  readonly #options: CachedOptions;
  readonly #landing: (() => void)[] = [];
  readonly #call: (key: string) => Promise<unknown>;

  constructor(place: Place, options: Partial<CachedOptions> = {}, seed = 1) {
    const { clock, runtime } = testRuntime({ seed });
    this.clock = clock;
    this.runtime = runtime;
    this.events = new RecordedEvents(runtime);
    this.chaos = chaosStore(memoryStore(), { clock, seed });
    this.store = joined(place, this.chaos, clock);
    this.#options = { ttl: 1000, key: (key: string) => key, store: this.store, ...options };
    this.#call = this.method('Service.method');
  }

  /** A method that keeps its values in the same store. */
  method(id: string): (key: string) => Promise<unknown> {
    return protect((key: string) => this.#load(key), { cached: this.#options }, { id, runtime: this.runtime });
  }

  get cache() {
    return this.runtime.caches.find('Service.method')!;
  }

  get circuit() {
    return this.runtime.circuits.get('cache:Service.method');
  }

  /** Calls, and waits until there is an answer. */
  async ask(key = 'a', call = this.#call): Promise<Answer> {
    const seen = watch(call(key));
    const from = this.clock.now();
    await settle();
    while (seen.state === 'pending' && this.clock.now() - from < 1000) await this.clock.advance(5);
    const took = this.clock.now() - from;
    if (seen.state === 'pending') throw new Error('there was no answer within a second');
    return seen.state === 'resolved' ? { value: seen.value, took } : { error: seen.error, took };
  }

  /** Calls without waiting. */
  call(key = 'a') {
    return watch(this.#call(key));
  }

  /** Lets the loads end that wait. */
  async land(): Promise<void> {
    for (const land of this.#landing.splice(0)) land();
    await settle();
  }

  /** Does something by hand, and waits for what came of it; null where it went well. */
  async byHand(act: (cache: ChaosWorld['cache']) => unknown): Promise<unknown> {
    const seen = watch((async () => act(this.cache))());
    for (let wait = 0; wait < 400 && seen.state === 'pending'; wait++) await this.clock.advance(wait < 40 ? 5 : 50);
    if (seen.state === 'pending') throw new Error('nothing came of it within 18 seconds');
    return seen.state === 'rejected' ? seen.error : null;
  }

  /** Lets go of everything, and sees that nothing is left. */
  async end(): Promise<void> {
    await this.land();
    await this.clock.advance(60_000);
    expect(this.clock.pending).toBe(0);
    const disposed = watch(this.runtime.dispose());
    await this.clock.advance(60_000);
    expect([disposed.state, this.clock.pending]).toEqual(['resolved', 0]);
  }

  async #load(key: string): Promise<unknown> {
    this.runs++;
    const { upstream } = this;
    if (upstream === 'is down') throw this.down;
    const made = { key, number: this.made.length, at: this.clock.now() };
    this.made.push(made);
    if (upstream === 'waits') await new Promise<void>((land) => this.#landing.push(land));
    return this.give(made);
  }
}

function joined(place: Place, chaos: ChaosStore, clock: ManualClock): CacheStore {
  const onError = () => {};
  if (place === 'behind a memory') return tiered(memoryStore(), chaos, { clock, onError });
  return place === 'alone' ? chaos : tiered(chaos, memoryStore(), { clock, onError });
}
