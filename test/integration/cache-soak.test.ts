import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { max, maxBytes, type Place } from './cache-soak/places.js';
import type { Soaked } from './cache-soak/soaked.js';

/** Bytes that a collection may leave one time and not another, and the code that is compiled meanwhile. */
const unsteadiness = 1_000_000;

/** What a cache knows of keys whose refresh failed stays, up to a bound, where nobody tells it what a store still has. */
const keysAtRest = 2_000_000;

type Peak = Pick<Soaked, 'peakSize' | 'peakBytes'>;

/** Values are not as large as what is left. */
const nearlyAll = expect.toSatisfy((bytes: number) => bytes > 0.99 * maxBytes && bytes <= maxBytes);

const longest = 180_000;

const soaks: readonly (readonly [place: Place, keys: number, peak: Peak, growth: number])[] = [
  ['in memory', 1_000_000, { peakSize: max, peakBytes: 0 }, unsteadiness],
  ['in a memory store', 100_000, { peakSize: max, peakBytes: 0 }, unsteadiness + keysAtRest],
  ['within a bound of bytes', 100_000, { peakSize: expect.any(Number), peakBytes: nearlyAll }, unsteadiness],
];

const outcomes = new Map<Place, Soaked>();

beforeAll(async () => {
  await Promise.all(soaks.map(async ([place, keys]) => outcomes.set(place, await soakedOf(place, keys))));
}, longest);

describe.each(soaks)('a cache that keeps its values %s, after %i keys', (place, keys, peak, growth) => {
  let soaked: Soaked;

  beforeAll(() => {
    soaked = outcomes.get(place) as Soaked;
  });

  it('has been full, and never fuller', () => {
    expect(soaked).toMatchObject({ keys, ...peak });
    expect(soaked.peakSize).toBeLessThanOrEqual(max);
  });

  it('has seen all that can happen to it', () => {
    const { hits, stale, staleIfError, negative, coalesced, refreshFailures } = soaked.stats;
    expect(Math.min(hits, stale, staleIfError, negative, coalesced, refreshFailures)).toBeGreaterThan(100);
    expect([soaked.peakAlarms > 0, soaked.failures > 0, soaked.stats.storeFailures]).toEqual([true, true, 0]);
  });

  it('has answered every call, with a value of its key that was not too old', () => {
    const { hits, stale, staleIfError, misses, negative } = soaked.stats;
    expect(hits + stale + staleIfError + misses + negative).toBe(soaked.calls);
    expect([soaked.wrong, soaked.tooOld]).toEqual([0, 0]);
  });

  it('takes no more of the heap than at the beginning', () => {
    const { full } = soaked;
    expect(median(full.slice(-3)) - median(full.slice(0, 3))).toBeLessThan(growth);
  });

  it('keeps no alarm longer than the load that it is for', () => {
    expect([soaked.strayAlarms, soaked.pending]).toEqual([0, 0]);
  });

  it('leaves nothing behind when it is emptied', () => {
    expect(soaked.stats.size).toBe(0);
    expect(soaked.emptyAtLast - soaked.emptyAtFirst).toBeLessThan(unsteadiness);
  });
});

/** Soaks a cache in a process of its own, whose heap is its own. */
function soakedOf(place: Place, keys: number): Promise<Soaked> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./cache-soak/run.ts', import.meta.url)), [place, String(keys)], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      timeout: longest,
    });
    child.once('message', (message) => resolve(message as Soaked));
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the soak has ended with ${code ?? signal}`)));
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
