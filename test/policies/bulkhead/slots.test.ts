import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, type QueueOrder, Slots } from '../../../src/policies/bulkhead/slots.js';

class Guest implements Place<Guest> {
  ahead: Guest | undefined = undefined;
  behind: Guest | undefined = undefined;
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** Slots that are all taken, with five who wait, the first since time 0. */
function full(order: QueueOrder, limit = 1) {
  const slots = new Slots<Guest>(limit, order);
  for (let i = 0; i < limit; i++) slots.enter();
  const guests = [1, 2, 3, 4, 5].map((number) => new Guest(number));
  for (const guest of guests) slots.join(guest, 0);
  return { slots, guests };
}

describe('slots', () => {
  it('are given as long as there are any', () => {
    const slots = new Slots<Guest>(2, 'fifo');
    expect([slots.enter(), slots.enter(), slots.enter()]).toEqual([true, true, false]);
    expect(slots.leave(0)).toBeUndefined();
    expect([slots.running, slots.enter()]).toEqual([1, true]);
  });

  it.each([
    ['fifo', 0, [1, 2, 3, 4, 5]],
    ['fifo', 60_000, [1, 2, 3, 4, 5]],
    ['lifo', 0, [5, 4, 3, 2, 1]],
    ['adaptive', 1999, [1, 2, 3, 4, 5]],
    ['adaptive', 2000, [5, 4, 3, 2, 1]],
  ] as const)('that come free in the order %s go, after %d ms, to %j', (order, now, served) => {
    const { slots } = full(order);
    expect(served.map(() => slots.leave(now)?.number)).toEqual(served);
    expect([slots.running, slots.queued, slots.leave(now), slots.running]).toEqual([1, 0, undefined, 0]);
  });

  it('count a queue as standing only since it was last empty', () => {
    const { slots, guests } = full('adaptive');
    for (const guest of guests) slots.quit(guest);
    for (const guest of guests) slots.join(guest, 1500);
    expect([slots.leave(3000)?.number, slots.leave(3500)?.number]).toEqual([1, 5]);
  });

  it('count a queue as standing however late its last one came', () => {
    const slots = new Slots<Guest>(1, 'adaptive');
    slots.enter();
    for (const [number, now] of [
      [1, 0],
      [2, 1500],
      [3, 1900],
    ] as const)
      slots.join(new Guest(number), now);
    expect([slots.leave(1999)?.number, slots.leave(2000)?.number]).toEqual([1, 3]);
  });

  it('are not taken by those who wait until somebody leaves', () => {
    const { slots } = full('fifo');
    expect([slots.next(0), slots.running, slots.queued]).toEqual([undefined, 1, 5]);
  });

  it('go to those who wait when there are more of them', () => {
    const { slots } = full('fifo');
    slots.limit = 3;
    expect([slots.next(0)?.number, slots.next(0)?.number, slots.next(0)]).toEqual([1, 2, undefined]);
  });

  it('go to nobody while more run than there are slots now', () => {
    const { slots } = full('fifo', 3);
    slots.limit = 1;
    expect([slots.leave(0), slots.leave(0), slots.leave(0)?.number, slots.running]).toEqual([
      undefined,
      undefined,
      1,
      1,
    ]);
  });
});

/** Slots beside the plainest account of them: how many run, and a list of those who wait. */
class Ledger {
  readonly #slots: Slots<Guest>;
  readonly #queue: Guest[] = [];
  #running = 0;
  #now = 0;
  #since = 0;
  #number = 0;

  constructor(order: QueueOrder) {
    this.#slots = new Slots(2, order);
  }

  come(): void {
    const free = this.#running < this.#slots.limit;
    expect(this.#slots.enter()).toBe(free);
    if (free) this.#running++;
    else this.#join(new Guest(this.#number++));
  }

  leave(): void {
    if (this.#running === 0) return;
    this.#running--;
    this.#admitted(this.#slots.leave(this.#now));
  }

  quit(which: number): void {
    const [guest] = this.#queue.splice(which % Math.max(1, this.#queue.length), 1);
    if (guest) this.#slots.quit(guest);
  }

  wait(time: number): void {
    this.#now += time;
  }

  resize(limit: number): void {
    this.#slots.limit = limit;
    for (let guest = this.#slots.next(this.#now); guest; guest = this.#slots.next(this.#now)) this.#admitted(guest);
  }

  check(): void {
    expect([this.#slots.running, this.#slots.queued]).toEqual([this.#running, this.#queue.length]);
    if (this.#queue.length > 0) expect(this.#running).toBeGreaterThanOrEqual(this.#slots.limit);
  }

  close(): void {
    while (this.#running > 0 || this.#queue.length > 0) this.leave();
    expect([this.#slots.running, this.#slots.queued]).toEqual([0, 0]);
  }

  #join(guest: Guest): void {
    if (this.#queue.length === 0) this.#since = this.#now;
    this.#queue.push(guest);
    this.#slots.join(guest, this.#now);
  }

  #admitted(guest: Guest | undefined): void {
    if (guest === undefined) return;
    const { order, limit } = this.#slots;
    const newestFirst = order === 'lifo' || (order === 'adaptive' && this.#now - this.#since >= 2000);
    expect(guest).toBe(newestFirst ? this.#queue.pop() : this.#queue.shift());
    expect(++this.#running).toBeLessThanOrEqual(limit);
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant((ledger: Ledger) => ledger.come()) },
  { weight: 2, arbitrary: fc.constant((ledger: Ledger) => ledger.leave()) },
  { weight: 1, arbitrary: fc.nat(20).map((which) => (ledger: Ledger) => ledger.quit(which)) },
  { weight: 1, arbitrary: fc.nat(1500).map((time) => (ledger: Ledger) => ledger.wait(time)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((limit) => (ledger: Ledger) => ledger.resize(limit)) },
);

describe('whatever happens, slots', () => {
  it.each(['fifo', 'lifo', 'adaptive'] as const)(
    'of the order %s are never more than the limit, go to whose turn it is, and do not leak',
    (order) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
          const ledger = new Ledger(order);
          for (const next of steps) {
            next(ledger);
            ledger.check();
          }
          ledger.close();
        }),
        { numRuns: 200 },
      );
    },
  );
});
