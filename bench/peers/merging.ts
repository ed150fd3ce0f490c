import { createCache } from 'async-cache-dedupe';
import { Dedup } from 'holdfast';
import pMemoize from 'p-memoize';
import { resolve } from '../harness/container.js';
import { type Call, holdfast, limit, peer, type Subject } from '../harness/question.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Dedup({ key: (id: string) => id })
  find(_id: string): Promise<number> {
    return this.fn();
  }
}

/** All that merge calls with the same key which are in flight at the same time, and keep nothing afterwards. */
export const merging: readonly Subject[] = [
  limit(leanFlights),
  peer('p-memoize', (fn) => {
    const find = pMemoize((_id: string) => fn(), { cache: false });
    return () => find('a');
  }),
  // With a time to live of 0, its default, it only merges.
  peer('async-cache-dedupe', (fn) => {
    const cache = createCache({ storage: { type: 'memory' } }).define('find', (_id: string) => fn());
    return () => cache.find('a');
  }),
  holdfast((fn) => {
    const upstream = resolve(Upstream, fn);
    return () => upstream.find('a');
  }),
];

/** Most flights are alone: the first one takes a field, and only those beside it a map, whose deletions are dear. */
function leanFlights(fn: Call): Call {
  const others = new Map<string, Promise<number>>();
  let lone: string | undefined;
  let loneFlight: Promise<number> | undefined;
  const loneLanded = () => {
    lone = undefined;
    loneFlight = undefined;
  };

  const takeOff = (id: string): Promise<number> => {
    const flight = fn();
    if (lone === undefined) {
      lone = id;
      loneFlight = flight;
      flight.then(loneLanded, loneLanded);
    } else {
      const landed = () => others.delete(id);
      others.set(id, flight);
      flight.then(landed, landed);
    }
    return flight;
  };

  const find = (id: string): Promise<number> => {
    if (loneFlight && lone === id) return loneFlight;
    return (others.size > 0 && others.get(id)) || takeOff(id);
  };
  return () => find('a');
}
