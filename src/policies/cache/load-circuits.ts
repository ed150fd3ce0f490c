import { type Key, keepContext, type Next, runOutside } from '../../core/index.js';
import type { CacheCircuit } from './cache-circuits.js';
import { type LoadCircuitOptions, loadCircuitOptions } from './cache-rules.js';
import type { Keeper } from './keeper.js';

/** After how long without use the circuit of a key may go. */
const idle = 600_000;

/** The circuits around the loads of one cache: one for all, and one for each of at most `max` keys. */
export class LoadCircuits {
  readonly #all: CacheCircuit | undefined;
  readonly #each: { of(key: Key): CacheCircuit } | undefined;

  private constructor(all: LoadCircuitOptions | false, each: LoadCircuitOptions | false, keeper: Keeper) {
    const { cache, services, settings } = keeper;
    const { circuits, clock } = services;
    const claim = (name: string, given: LoadCircuitOptions) =>
      circuits.claim(name, loadCircuitOptions.complete(given, cache), cache);
    this.#all = all === false ? undefined : claim(`load:${cache}`, all);
    if (each !== false) {
      claim(`key:${cache}`, each);
      this.#each = circuits.family(`key:${cache}`, { maxKeys: settings.max, idle }, clock);
    }
  }

  /** Those that the options ask for; undefined for none. */
  static for(keeper: Keeper): LoadCircuits | undefined {
    const { loadCircuit, keyCircuit } = keeper.settings;
    return loadCircuit === false && keyCircuit === false
      ? undefined
      : new LoadCircuits(loadCircuit, keyCircuit, keeper);
  }

  /** Puts them around a load: that of the key outermost, as a key that fails says little about the others. */
  around(key: Key, load: Next): Next {
    const within = this.#all === undefined ? load : through(this.#all, load);
    return this.#each === undefined ? within : through(this.#each.of(key), within);
  }
}

/** A load belongs to none of its callers: their end is not that of the circuit's call, unless all have left, which says nothing about the callee. */
function through(circuit: CacheCircuit, load: Next): Next {
  return (flight) => {
    const inContext = keepContext();
    const abandonment = new AbortController();
    const stop = flight.watch(({ reason, timedOut }) => {
      if (!timedOut) abandonment.abort(reason);
    });
    const run = () => inContext(() => load(flight));
    const outcome = runOutside(() => circuit.execute(run, { signal: abandonment.signal }));
    outcome.then(stop, stop);
    return outcome;
  };
}
