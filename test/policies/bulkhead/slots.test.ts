import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slots } from '../../../src/policies/bulkhead/slots.js';
import type { Place, QueueOrder } from '../../../src/policies/bulkhead/waiting-line.js';

class Guest implements Place<Guest> {
  ahead: Guest | undefined = undefined;
  behind: Guest | undefined = undefined;
  readonly number: number;
  readonly weight: number;
  readonly rank: number;

  constructor(number: number, weight = 1, rank = 2) {
    this.number = number;
    this.weight = weight;
    this.rank = rank;
  }
}

/** Slots that are all taken, with those who wait since time 0, each given as weight and rank. */
function full(order: QueueOrder, limit: number, ...waiting: readonly (readonly [weight?: number, rank?: number])[]) {
  const slots = new Slots<Guest>(limit, order);
  slots.enter(limit);
  const guests = waiting.map(([weight, rank], i) => new Guest(i + 1, weight, rank));
  for (const guest of guests) slots.join(guest, 0);
  return { slots, guests };
}

const five = [[], [], [], [], []] as const;

/** The numbers of those who are next, in turn. */
function served(slots: Slots<Guest>, now = 0): number[] {
  const numbers: number[] = [];
  for (let next = slots.next(now); next; next = slots.next(now)) numbers.push(next.number);
  return numbers;
}

describe('slots', () => {
  it('are given as long as there are any', () => {
    const slots = new Slots<Guest>(2, 'fifo');
    expect([slots.enter(1), slots.enter(1), slots.enter(1)]).toEqual([true, true, false]);
    slots.leave(1);
    expect([slots.next(0), slots.running, slots.enter(1)]).toEqual([undefined, 1, true]);
  });

  it('are given only to whom there are enough for', () => {
    const slots = new Slots<Guest>(5, 'fifo');
    expect([slots.enter(3), slots.enter(3), slots.enter(2), slots.enter(1)]).toEqual([true, false, true, false]);
  });

  it.each([
    ['fifo', 0, [1, 2, 3, 4, 5]],
    ['fifo', 60_000, [1, 2, 3, 4, 5]],
    ['lifo', 0, [5, 4, 3, 2, 1]],
    ['adaptive', 1999, [1, 2, 3, 4, 5]],
    ['adaptive', 2000, [5, 4, 3, 2, 1]],
  ] as const)('that come free in the order %s go, after %d ms, to %j', (order, now, expected) => {
    const { slots } = full(order, 1, ...five);
    const turns = expected.map(() => {
      slots.leave(1);
      return served(slots, now);
    });
    expect(turns).toEqual(expected.map((number) => [number]));
    expect([slots.running, slots.queued]).toEqual([1, 0]);
  });

  it.each([
    ['the first who wait, as many as they do for', [[1], [2], [1]], 3, [1, 2]],
    ['all who wait, if they do', [[1], [1], [1]], 3, [1, 2, 3]],
    ['nobody, where the first needs more, though they would do for the next', [[2], [1]], 1, []],
    [
      'whoever matters most, however late',
      [
        [1, 3],
        [1, 2],
        [1, 0],
        [1, 1],
      ],
      4,
      [3, 4, 2, 1],
    ],
    [
      'nobody, where who matters most needs more',
      [
        [1, 2],
        [3, 0],
      ],
      2,
      [],
    ],
    [
      'the oldest of those who matter alike',
      [
        [1, 1],
        [1, 1],
        [1, 0],
        [1, 0],
      ],
      3,
      [3, 4, 1],
    ],
  ] as const)('that come free go to %s', (_whom, waiting, free, expected) => {
    const { slots } = full('fifo', 4, ...waiting);
    slots.leave(free);
    expect(served(slots)).toEqual(expected);
  });

  it('go to the newest of those who matter most, in the order lifo', () => {
    const { slots } = full('lifo', 4, [1, 1], [1, 1], [1, 2]);
    slots.leave(4);
    expect(served(slots)).toEqual([2, 1, 3]);
  });

  it.each([
    ['fifo', 2, false],
    ['fifo', 3, false],
    ['fifo', 1, true],
    ['lifo', 2, true],
    ['lifo', 3, false],
  ] as const)(
    'that are free beside somebody of rank 2 who needs more are, in the order %s, open to rank %d: %s',
    (order, rank, open) => {
      const { slots } = full(order, 4, [3, 2]);
      slots.leave(2);
      expect([slots.enter(1), slots.pass(1, rank, 0)]).toEqual([false, open]);
    },
  );

  it('that are free are open to newcomers in the order adaptive once the newest go first', () => {
    const { slots } = full('adaptive', 4, [3]);
    slots.leave(2);
    expect([slots.pass(1, 2, 1999), slots.pass(1, 2, 2000)]).toEqual([false, true]);
  });

  it('are not open to anybody who needs more of them than are free, whatever the rank', () => {
    const { slots } = full('lifo', 4, [3]);
    slots.leave(2);
    expect([slots.pass(3, 0, 0), slots.running]).toEqual([false, 2]);
  });

  it('are all given, when nothing runs, to somebody who needs more than there are', () => {
    const { slots } = full('fifo', 3, [5], [1]);
    slots.leave(2);
    expect(served(slots)).toEqual([]);
    slots.leave(1);
    expect([served(slots), slots.running]).toEqual([[1], 5]);
    slots.leave(5);
    expect(served(slots)).toEqual([2]);
  });

  it('count those of each priority as standing on their own', () => {
    const { slots, guests } = full('adaptive', 1, [1, 3], [1, 3], [1, 1]);
    slots.quit(guests[2]!);
    for (const number of [4, 5]) slots.join(new Guest(number, 1, 1), 1500);
    const turns = [4, 4, 2, 1].map(() => {
      slots.leave(1);
      return served(slots, 2500)[0];
    });
    expect(turns).toEqual([4, 5, 2, 1]); // rank 1 has been waiting for one second, rank 3 for two and a half
  });

  it('count a queue as standing only since it was last empty', () => {
    const { slots, guests } = full('adaptive', 1, ...five);
    for (const guest of guests) slots.quit(guest);
    for (const guest of guests) slots.join(guest, 1500);
    slots.leave(1);
    expect(slots.next(3000)?.number).toBe(1);
    slots.leave(1);
    expect(slots.next(3500)?.number).toBe(5);
  });

  it('count a queue as standing however late its last one came', () => {
    const slots = new Slots<Guest>(1, 'adaptive');
    slots.enter(1);
    for (const [number, now] of [
      [1, 0],
      [2, 1500],
      [3, 1900],
    ] as const)
      slots.join(new Guest(number), now);
    slots.leave(1);
    expect(slots.next(1999)?.number).toBe(1);
    slots.leave(1);
    expect(slots.next(2000)?.number).toBe(3);
  });

  it('are not taken by those who wait until somebody leaves', () => {
    const { slots } = full('fifo', 1, ...five);
    expect([slots.next(0), slots.running, slots.queued]).toEqual([undefined, 1, 5]);
  });

  it('go to those who wait when there are more of them', () => {
    const { slots } = full('fifo', 1, ...five);
    slots.limit = 3;
    expect(served(slots)).toEqual([1, 2]);
  });

  it('go to nobody while more run than there are slots now', () => {
    const { slots } = full('fifo', 3, ...five);
    slots.limit = 1;
    const turns = [1, 2, 3].map(() => {
      slots.leave(1);
      return served(slots);
    });
    expect([turns, slots.running]).toEqual([[[], [], [1]], 1]);
  });

  it('know who would have to go first', () => {
    const { slots, guests } = full('fifo', 1, [1, 1], [1, 3], [1, 3], [1, 0]);
    expect([slots.waiting(3), slots.waiting(2)]).toEqual([2, 0]);
    for (const last of [3, 2, 1, 4]) {
      expect(slots.last()?.number).toBe(last);
      slots.quit(guests[last - 1]!);
    }
    expect(slots.last()).toBeUndefined();
  });
});

const ranks = [0, 1, 2, 3];

/** Slots beside the plainest account of them: who runs, and a list of those who wait. */
class Ledger {
  readonly #slots: Slots<Guest>;
  readonly #queue: Guest[] = [];
  readonly #running: number[] = [];
  readonly #since = [0, 0, 0, 0];
  #now = 0;
  #number = 0;

  constructor(order: QueueOrder) {
    this.#slots = new Slots(2, order);
  }

  come(weight: number, rank: number): void {
    const enters = this.#fits(weight) && this.#isFirst(rank);
    const atOnce = enters && this.#queue.length === 0 && weight <= this.#slots.limit;
    expect(this.#slots.enter(weight)).toBe(atOnce);
    if (!atOnce) expect(this.#slots.pass(weight, rank, this.#now)).toBe(enters);
    if (enters) this.#running.push(weight);
    else this.#join(new Guest(this.#number++, weight, rank));
  }

  leave(which: number): void {
    const [weight] = this.#running.splice(which % Math.max(1, this.#running.length), 1);
    if (weight === undefined) return;
    this.#slots.leave(weight);
    this.#serve();
  }

  quit(which: number): void {
    const [guest] = this.#queue.splice(which % Math.max(1, this.#queue.length), 1);
    if (guest === undefined) return;
    this.#slots.quit(guest);
    this.#serve();
  }

  wait(time: number): void {
    this.#now += time;
    this.#serve();
  }

  resize(limit: number): void {
    this.#slots.limit = limit;
    this.#serve();
  }

  check(): void {
    const taken = this.#running.reduce((sum, weight) => sum + weight, 0);
    const lowest = Math.max(...this.#queue.map(({ rank }) => rank));
    const last = this.#queue.findLast(({ rank }) => rank === lowest);
    const first = this.#first();
    const { running, queued } = this.#slots;
    const found = [running, queued, this.#slots.last()?.number, ...ranks.map((rank) => this.#slots.waiting(rank))];
    expect(found).toEqual([taken, this.#queue.length, last?.number, ...ranks.map((rank) => this.#of(rank).length)]);
    if (first && this.#fits(first.weight)) throw new Error(`${first.number} waits for slots that are free`);
  }

  close(): void {
    while (this.#running.length > 0) this.leave(0);
    expect([this.#slots.running, this.#slots.queued, this.#queue]).toEqual([0, 0, []]);
  }

  #serve(): void {
    for (let next = this.#slots.next(this.#now); next; next = this.#slots.next(this.#now)) {
      expect(next).toBe(this.#first());
      expect(this.#fits(next.weight)).toBe(true);
      this.#queue.splice(this.#queue.indexOf(next), 1);
      this.#running.push(next.weight);
    }
  }

  #join(guest: Guest): void {
    if (this.#of(guest.rank).length === 0) this.#since[guest.rank] = this.#now;
    this.#queue.push(guest);
    this.#slots.join(guest, this.#now);
  }

  #of(rank: number): Guest[] {
    return this.#queue.filter((guest) => guest.rank === rank);
  }

  #fits(weight: number): boolean {
    const taken = this.#running.reduce((sum, each) => sum + each, 0);
    return taken + weight <= this.#slots.limit || this.#running.length === 0;
  }

  #first(): Guest | undefined {
    const rank = Math.min(...this.#queue.map((guest) => guest.rank));
    return this.#newestFirst(rank) ? this.#of(rank).at(-1) : this.#of(rank).at(0);
  }

  #isFirst(rank: number): boolean {
    const noneBefore = this.#queue.every((guest) => guest.rank >= rank);
    return noneBefore && (this.#of(rank).length === 0 || this.#newestFirst(rank));
  }

  #newestFirst(rank: number): boolean {
    const { order } = this.#slots;
    return order === 'lifo' || (order === 'adaptive' && this.#now - (this.#since[rank] ?? 0) >= 2000);
  }
}

const someone = fc.record({ weight: fc.integer({ min: 1, max: 4 }), rank: fc.nat(3) });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: someone.map(
      ({ weight, rank }) =>
        (ledger: Ledger) =>
          ledger.come(weight, rank),
    ),
  },
  { weight: 3, arbitrary: fc.nat(20).map((which) => (ledger: Ledger) => ledger.leave(which)) },
  { weight: 1, arbitrary: fc.nat(20).map((which) => (ledger: Ledger) => ledger.quit(which)) },
  { weight: 1, arbitrary: fc.nat(1500).map((time) => (ledger: Ledger) => ledger.wait(time)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((limit) => (ledger: Ledger) => ledger.resize(limit)) },
);

describe('whatever happens, slots', () => {
  it.each(['fifo', 'lifo', 'adaptive'] as const)(
    'of the order %s are never more than the limit but for one who runs alone, go to whose turn it is, and do not leak',
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
        { numRuns: 100 },
      );
    },
    30_000,
  );
});
