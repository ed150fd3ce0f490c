import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Registry } from '../../../src/core/index.js';
import { Ledger } from '../../../src/telemetry/prometheus/ledger.js';
import { ManualClock } from '../../../src/testing/index.js';

class Thing {
  uses = 0;
}

function registryOfThings() {
  const clock = new ManualClock();
  const things = new Registry<Thing, object>({
    decorator: '@Thing',
    make: () => new Thing(),
    change: () => {},
    complete: (given) => given,
    busy: () => false,
  });
  things.get('name');
  return { things, family: things.family('name', { maxKeys: 2, idle: 1000 }, clock) };
}

const ledgerOfThings = () => new Ledger({ uses: ({ uses }: Thing) => uses });

describe('Ledger', () => {
  it('adds up all instances of a name', () => {
    const { things, family } = registryOfThings();
    things.get('name').uses = 1;
    family.of('a').uses = 2;
    family.of('b').uses = 4;
    things.get('other').uses = 8;

    const accounts = ledgerOfThings().accountsOf(things);

    expect(accounts.map(({ name, instances, total }) => [name, instances.length, total('uses')])).toEqual([
      ['name', 3, 7],
      ['other', 1, 8],
    ]);
  });

  it('counts the last uses of an instance, too, when it goes between two looks', () => {
    const { things, family } = registryOfThings();
    const ledger = ledgerOfThings();
    const first = family.of('a');
    ledger.accountsOf(things);

    first.uses = 5;
    for (const key of ['b', 'c']) family.of(key);

    const [account] = ledger.accountsOf(things);
    expect([account?.instances.length, account?.total('uses')]).toEqual([3, 5]);
  });

  it('keeps the books of two registries apart', () => {
    const [one, other] = [registryOfThings().things, registryOfThings().things];
    const ledger = ledgerOfThings();
    one.get('name').uses = 1;

    expect(ledger.accountsOf(one)[0]?.total('uses')).toBe(1);
    expect(ledger.accountsOf(other)[0]?.total('uses')).toBe(0);
  });

  it('never tells less than before, and misses only what came and went unseen', () => {
    const step = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.constant('look' as const));

    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, lookAlways) => {
        const { things, family } = registryOfThings();
        const ledger = ledgerOfThings();
        const look = () => ledger.accountsOf(things)[0]?.total('uses') ?? 0;
        let [uses, told] = [0, 0];
        for (const key of steps) {
          if (key !== 'look') {
            uses++;
            family.of(key).uses++;
          }
          if (key !== 'look' && !lookAlways) continue;
          const now = look();
          expect(now).toBeGreaterThanOrEqual(told);
          expect(now).toBeLessThanOrEqual(uses);
          told = now;
        }
        if (lookAlways) expect(look()).toBe(uses);
      }),
    );
  });
});
