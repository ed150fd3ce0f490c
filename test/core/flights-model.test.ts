import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Call, Flights } from '../../src/core/index.js';
import { settle, watch } from '../../src/testing/index.js';
import { callWith, gate, ride } from './airfield.js';

interface Rider {
  readonly call: Call;
  readonly run: number;
  readonly key: string;
  readonly seen: ReturnType<typeof watch>;
  left: boolean;
}

/** Flights beside a model of them: which run is in the air for a key, and who waits for it. */
class Airfield {
  readonly #flights = new Flights();
  readonly #gate = gate();
  readonly #inAir = new Map<string, number>();
  readonly #landed = new Map<number, string>();
  readonly #riders: Rider[] = [];

  call(key: string, endable: boolean): void {
    const call = callWith({ endable });
    const seen = watch(ride(this.#flights, key, call, this.#gate.next));
    if (!this.#inAir.has(key)) this.#inAir.set(key, this.#gate.runs.length - 1);
    this.#riders.push({ call, run: this.#inAir.get(key) as number, key, seen, left: false });
  }

  forget(key: string): void {
    expect(this.#flights.forget(key)).toBe(this.#inAir.delete(key));
  }

  leave(which: number): void {
    const waiting = this.#riders.filter(({ call, left, run }) => call.interruptible && !left && !this.#landed.has(run));
    const rider = waiting[which % waiting.length];
    if (!rider) return;
    rider.left = true;
    rider.call.end('left');
    const abandoned = this.#riders.every(({ run, left }) => run !== rider.run || left);
    expect(this.#gate.runs[rider.run]?.call.ending !== undefined).toBe(abandoned);
    if (abandoned) this.#close(rider.run);
  }

  async land(which: number, how: 'land' | 'fail'): Promise<void> {
    const flying = [...this.#gate.runs.keys()].filter((run) => !this.#landed.has(run));
    const run = flying[which % flying.length];
    if (run === undefined) return;
    this.#landed.set(run, how);
    this.#gate.runs[run]?.[how](how);
    this.#close(run);
    await settle();
  }

  checkBooks(): void {
    expect(new Set(this.#flights.keys())).toEqual(new Set(this.#inAir.keys()));
    expect(this.#flights.size).toBe(this.#inAir.size);
  }

  checkAnswers(): void {
    for (const { run, left, seen } of this.#riders) {
      if (left) expect(seen).toEqual({ state: 'rejected', error: 'left' });
      else expect([seen.state, seen.value ?? seen.error]).toEqual(this.#answer(run));
    }
  }

  #answer(run: number): [string, string | undefined] {
    const how = this.#landed.get(run);
    if (how === undefined) return ['pending', undefined];
    return [how === 'land' ? 'resolved' : 'rejected', how];
  }

  #close(run: number): void {
    for (const [key, current] of this.#inAir) if (current === run) this.#inAir.delete(key);
  }
}

const key = fc.constantFrom('a', 'b', 'c');

/** Something that happens at an airfield. */
const step = fc.oneof(
  fc.tuple(key, fc.boolean()).map(
    ([key, endable]) =>
      (field: Airfield) =>
        field.call(key, endable),
  ),
  key.map((key) => (field: Airfield) => field.forget(key)),
  fc.nat().map((which) => (field: Airfield) => field.leave(which)),
  fc.tuple(fc.nat(), fc.constantFrom('land' as const, 'fail' as const)).map(
    ([which, how]) =>
      (field: Airfield) =>
        field.land(which, how),
  ),
);

it('flights keep their books, and give everyone the right answer, in any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const field = new Airfield();
      for (const happens of steps) {
        await happens(field);
        field.checkBooks();
      }
      await settle();
      field.checkAnswers();
    }),
    { numRuns: 200 },
  );
}, 60_000);
