import { expect } from 'vitest';
import { inAllChaos } from './chaos-cases.js';
import type { Made } from './chaos-world.js';

const where = ({ finds }: { finds: string }) => finds !== 'wrong';

inAllChaos(
  'two methods with one store never meet, however alike their keys',
  async (world, { chaos }) => {
    const other = world.method('Service.other');
    const own = new Map<unknown, string>();
    for (let round = 0; round < 40; round++) {
      world.chaos.chaos = round % 2 ? chaos : [];
      const isOther = round % 3 === 0;
      const { value, error } = await (isOther ? world.ask('a', other) : world.ask('a'));
      expect(error).toBeUndefined();
      const owner = isOther ? 'other' : 'method';
      expect(own.get(value) ?? owner).toBe(owner);
      own.set(value, owner);
      if (round % 10 === 9) await world.byHand((cache) => cache.clear());
      await world.clock.advance(300);
    }
    expect(own.size).toBeGreaterThan(2);
  },
  { where, staleFor: '1m' },
);

inAllChaos(
  'tenants whose names are in the key never meet',
  async (world, { chaos }) => {
    for (let round = 0; round < 60; round++) {
      world.chaos.chaos = round % 2 ? chaos : [];
      const tenant = ['a', 'a/b', 'a%2Fb', 'A', '', 'a\u0000', 'n1', '\ud800', '\udfff'][round % 9] as string;
      const { value, error } = await world.ask(tenant);
      expect([(value as Made).key, error]).toEqual([tenant, undefined]);
      await world.clock.advance(100);
    }
  },
  { where, staleFor: '1m' },
);
