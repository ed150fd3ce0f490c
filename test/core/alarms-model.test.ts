import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bell, bellTower } from './bell-tower.js';

/** Alarms beside the plain list of those that are armed. */
class Pair {
  readonly #tower = bellTower();
  readonly #all: Bell[] = [];
  #armed: Bell[] = [];
  #now = 0;

  arm(after: number): void {
    this.#add((bell) => this.#tower.alarms.arm(bell, this.#now + after));
  }

  line(duration: number): void {
    this.#add((bell) => this.#tower.alarms.line(duration).arm(bell, this.#now));
  }

  disarm(which: number): void {
    const bell = this.#all[which % this.#all.length];
    if (bell === undefined) return;
    this.#tower.alarms.disarm(bell);
    this.#armed = this.#armed.filter((other) => other !== bell);
  }

  /** What is due rings, in the order of its times. */
  advance(by: number): void {
    const { alarms, rung } = this.#tower;
    this.#now += by;
    const before = rung.length;
    alarms.ring(this.#now);
    const rang = rung.slice(before).map((name) => this.#all[name] as Bell);
    const due = this.#armed.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    expect(rang.map(({ at }) => at)).toEqual(due.map(({ at }) => at));
    expect(new Set(rang)).toEqual(new Set(due));
    this.#armed = this.#armed.filter(({ at }) => at > this.#now);
  }

  /** Both know the same, and the host is to wake in time for the next. */
  compare(): void {
    const { alarms, asked } = this.#tower;
    const next = this.#armed.length === 0 ? undefined : Math.min(...this.#armed.map(({ at }) => at));
    expect([alarms.size, alarms.next()?.at]).toEqual([this.#armed.length, next]);
    if (next !== undefined) expect(asked.wakes.at(-1)).toBeLessThanOrEqual(next);
  }

  #add(arm: (bell: Bell) => void): void {
    const bell = this.#tower.bell(this.#all.length);
    arm(bell);
    this.#all.push(bell);
    this.#armed.push(bell);
  }
}

const step = fc.oneof(
  fc.record({ what: fc.constant('arm' as const), value: fc.nat(50) }),
  fc.record({ what: fc.constant('line' as const), value: fc.constantFrom(5, 10, 40) }),
  fc.record({ what: fc.constant('disarm' as const), value: fc.nat() }),
  fc.record({ what: fc.constant('advance' as const), value: fc.nat(30) }),
);

it('alarms do what a plain sorted list does, in any order of arming, disarming and time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pair = new Pair();
      for (const { what, value } of steps) {
        pair[what](value);
        pair.compare();
      }
    }),
    { numRuns: 300 },
  );
});
