import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Registry } from '../../../src/core/index.js';
import { Ledger } from '../../../src/telemetry/prometheus/ledger.js';
import { ManualClock } from '../../../src/testing/index.js';

class Thing {
  uses = 0;
}

const bounds = { maxKeys: 2, idle: 1000 };

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
  return { clock, things, family: things.family('name', bounds, clock) };
}

type Things = Registry<Thing, object>;

/** Follows all of some registries of things. */
function ledgerOf(...followed: Things[]) {
  const ledger = new Ledger((things: Things) => things, { uses: ({ uses }) => uses });
  for (const things of followed) ledger.follow(things);
  return ledger;
}

describe('Ledger', () => {
  it('adds up all instances of a name', () => {
    const { things, family } = registryOfThings();
    things.get('name').uses = 1;
    family.of('a').uses = 2;
    family.of('b').uses = 4;
    things.get('other').uses = 8;

    const accounts = ledgerOf(things).accountsOf([things]);

    expect(accounts.map(({ name, instances, total }) => [name, instances.length, total('uses')])).toEqual([
      ['name', 3, 7],
      ['other', 1, 8],
    ]);
  });

  it('counts the last uses of an instance, too, when it goes between two looks', () => {
    const { things, family } = registryOfThings();
    const ledger = ledgerOf(things);
    const first = family.of('a');
    ledger.accountsOf([things]);

    first.uses = 5;
    for (const key of ['b', 'c']) family.of(key);

    const [account] = ledger.accountsOf([things]);
    expect([account?.instances.length, account?.total('uses')]).toEqual([3, 5]);
  });

  it('counts what one had counted when it left, and not what others still do with it', () => {
    const { things, family } = registryOfThings();
    const ledger = ledgerOf(things);
    const first = family.of('a');
    first.uses = 5;
    for (const key of ['b', 'c']) family.of(key);

    first.uses = 50;

    expect(ledger.accountsOf([things])[0]?.total('uses')).toBe(5);
  });

  it('counts nothing twice, however often it is told to follow and looked at', () => {
    const { things, family } = registryOfThings();
    const ledger = ledgerOf(things, things);
    for (const key of ['a', 'b', 'c', 'd']) {
      family.of(key).uses++;
      ledger.accountsOf([things]);
      ledger.follow(things);
    }

    expect(ledger.accountsOf([things])[0]?.total('uses')).toBe(4);
  });

  it('gives accounts of the moment: who leaves afterwards is in them once', () => {
    const { things, family } = registryOfThings();
    const ledger = ledgerOf(things);
    for (const key of ['a', 'b', 'c']) family.of(key).uses = 1;
    const [account] = ledger.accountsOf([things]);

    family.of('d');

    expect(account?.total('uses')).toBe(3);
  });

  it('keeps the books of two registries apart', () => {
    const [one, other] = [registryOfThings().things, registryOfThings().things];
    const ledger = ledgerOf(one, other);
    one.get('name').uses = 1;

    expect(ledger.accountsOf([one])[0]?.total('uses')).toBe(1);
    expect(ledger.accountsOf([other])[0]?.total('uses')).toBe(0);
    expect(ledger.accountsOf([one, other]).map(({ total }) => total('uses'))).toEqual([1, 0]);
  });

  it('tells every use whenever it is asked, whoever came and went in between', () => {
    const step = fc.constantFrom('a', 'b', 'c', 'd', 'look', 'wait', 'replace');

    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, things } = registryOfThings();
        const ledger = ledgerOf(things);
        let uses = 0;
        const deeds: Record<string, () => void> = {
          look: () => expect(ledger.accountsOf([things])[0]?.total('uses')).toBe(uses),
          wait: () => clock.skip(600),
          replace: () => {
            things.remove('name');
            things.get('name');
          },
        };
        const use = (key: string) => {
          things.family('name', bounds, clock).of(key).uses++;
          uses++;
        };
        for (const step of [...steps, 'look']) (deeds[step] ?? (() => use(step)))();
      }),
    );
  });
});
