import { Keyed } from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

/** An instance that can be busy. */
export interface Thing {
  readonly id: number;
  busy: boolean;
}

/** Things by key, numbered as they are made; and those that were let go. */
export function things(maxKeys: number, idle = 1000) {
  const clock = new ManualClock();
  let made = 0;
  const make = (): Thing => ({ id: made++, busy: false });
  const left: Thing[] = [];
  const keyed = new Keyed<Thing>(
    { maxKeys, idle },
    clock,
    make,
    ({ busy }) => busy,
    (thing) => left.push(thing),
  );
  return { clock, keyed, left, keys: () => [...keyed.entries()].map(([key]) => key).sort() };
}
