import { describe, expect, it } from 'vitest';
import { type Summing, SummingRegistry } from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

interface Counts {
  readonly served: number;
  readonly waiting: number;
}

class Desk {
  stats: Counts = { served: 0, waiting: 0 };

  serve(served: number, waiting = 0): void {
    this.stats = { served: this.stats.served + served, waiting };
  }
}

const together = (a: Counts, b: Counts): Counts => ({ served: a.served + b.served, waiting: a.waiting + b.waiting });

class Desks extends SummingRegistry<Desk, object, Counts> {
  constructor(summing: Summing<Counts>) {
    const ways = { make: () => new Desk(), change: () => {}, complete: (given: object) => given };
    super({ decorator: '@Desk', ...ways, busy: () => false }, summing);
  }
}

function office(summing: Summing<Counts> = { together, lasting: ({ served }) => ({ served, waiting: 0 }) }) {
  const clock = new ManualClock();
  const desks = new Desks(summing);
  desks.get('desk').serve(1, 1);
  return { clock, desks, family: desks.family('desk', { maxKeys: 1, idle: 1000 }, clock) };
}

describe('how the instances of a name stand together', () => {
  it('is the sum over keys, those included that found no room, and names apart', () => {
    const { desks, family } = office();
    desks.get('other').serve(100, 100);
    family.of('a').serve(2, 2);

    expect(desks.stats()).toEqual({ desk: { served: 3, waiting: 3 }, other: { served: 100, waiting: 100 } });
  });

  it('includes what those have counted that left, and not what they held', () => {
    const { desks, family } = office();

    for (const [n, key] of ['a', 'b', 'c'].entries()) family.of(key).serve(10 ** (n + 1), n + 2);

    expect(desks.stats()).toEqual({ desk: { served: 1111, waiting: 1 + 4 } });
  });

  it('includes nothing of those that left where all is of the present', () => {
    const { desks, family } = office({ together });

    for (const key of ['a', 'b']) family.of(key).serve(10, 1);

    expect(desks.stats()).toEqual({ desk: { served: 11, waiting: 2 } });
  });

  it('begins anew with another instance of the name', () => {
    const { desks, family } = office();
    for (const key of ['a', 'b']) family.of(key).serve(10);

    desks.remove('desk');
    desks.get('desk').serve(5);
    for (const key of ['c', 'd']) family.of(key).serve(10); // of the name that was taken out

    expect(desks.stats()).toEqual({ desk: { served: 5, waiting: 0 } });
  });

  it('is right at any time for those who hear that one left', () => {
    const { desks, family } = office();
    const seen: unknown[] = [];
    desks.on('left', () => seen.push(desks.stats().desk?.served));

    for (const key of ['a', 'b', 'c']) family.of(key).serve(10);

    expect(seen).toEqual([11, 21]);
  });
});
