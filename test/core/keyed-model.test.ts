import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Thing, things } from './things.js';

/** Instances by key beside what is promised of them. */
class Watched {
  readonly #maxKeys: number;
  readonly #world: ReturnType<typeof things>;
  readonly #busy = new Map<number, Thing>();

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
    this.#world = things(maxKeys, 50);
  }

  /** Who is known keeps its instance, and all that went are told of; a new one shares the overflow only where busy ones stand in its way. */
  use(key: number): Thing {
    const { keyed, left } = this.#world;
    const before = new Map(keyed.entries());
    const leftBefore = left.length;
    const thing = keyed.of(key);
    const living = new Set(keyed.all());
    expect(new Set(left.slice(leftBefore))).toEqual(
      new Set([...before.values()].filter((other) => !living.has(other))),
    );
    const known = before.get(key);
    if (known !== undefined) expect(thing).toBe(known);
    else if (thing === keyed.overflow)
      expect([...before.values()].filter(({ busy }) => busy)).toHaveLength(this.#maxKeys);
    return thing;
  }

  seize(key: number): void {
    const thing = this.use(key);
    if (thing === this.#world.keyed.overflow) return;
    thing.busy = true;
    this.#busy.set(key, thing);
  }

  free(key: number): void {
    const thing = this.#busy.get(key);
    if (thing) thing.busy = false;
    this.#busy.delete(key);
  }

  wait(by: number): void {
    this.#world.clock.skip(by);
  }

  /** Never too many, and no busy one is lost. */
  check(): void {
    const living = new Map(this.#world.keyed.entries());
    expect(living.size).toBeLessThanOrEqual(this.#maxKeys);
    for (const [key, thing] of this.#busy) expect(living.get(key)).toBe(thing);
  }
}

const step = fc.record({
  what: fc.constantFrom('use', 'use', 'use', 'seize', 'free', 'wait'),
  value: fc.nat(12),
}) as fc.Arbitrary<{ what: 'use' | 'seize' | 'free' | 'wait'; value: number }>;

it('instances by key keep to their bounds, and busy ones to their keys, whatever happens', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 80 }), (maxKeys, steps) => {
      const watched = new Watched(maxKeys);
      for (const { what, value } of steps) {
        watched[what](what === 'wait' ? value * 5 : value);
        watched.check();
      }
    }),
    { numRuns: 300 },
  );
});
