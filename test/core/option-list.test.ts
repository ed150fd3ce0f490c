import { describe, expect, it } from 'vitest';
import { count, type Duration, duration, listOf, maybe, optional, options, required } from '../../src/core/index.js';

interface PotOptions {
  readonly cups: number;
  readonly steep?: Duration;
}

interface TrayOptions {
  readonly pots?: readonly PotOptions[];
}

const pot = options<PotOptions>()(
  '@Tray',
  { cups: required(count({ min: 1 })), steep: optional(duration(), '3m') },
  ({ cups, steep }) =>
    cups * steep > 600_000 ? { option: 'steep', rule: 'is too long for so much', value: steep } : undefined,
);
const tray = options<TrayOptions>()('@Tray', { pots: maybe(listOf(pot, { max: 3 })) });

describe('a list of objects of options', () => {
  it('is kept as it was given, and completed one by one', () => {
    const given = { pots: [{ cups: 1 }, { cups: 2, steep: '1m' }] } as const;
    expect(tray.check(given)).toEqual(given);
    expect(tray.complete(given, 'Kitchen.serve')).toEqual({
      pots: [
        { cups: 1, steep: 180_000 },
        { cups: 2, steep: 60_000 },
      ],
    });
    expect(tray.complete({}, 'Kitchen.serve')).toEqual({ pots: undefined });
  });

  it.each([
    [[], '@Tray: pots must be a list of 1 to 3 objects of options, but got []'],
    [Array(4).fill({ cups: 1 }), '@Tray: pots must be a list of 1 to 3 objects of options, but got ['],
    [{ cups: 1 }, '@Tray: pots must be a list of 1 to 3 objects of options, but got { cups: 1 }'],
    [[{ cups: 1 }, null], '@Tray: pots[1] takes an object of options, but got null'],
    [[{ cups: 1 }, { cups: 0 }], '@Tray: pots[1].cups must be a whole number of at least 1, but got 0'],
    [[{ cup: 1 }], '@Tray: pots[0].cup is no option; it takes cups, steep, but got 1'],
    [[{}], '@Tray: pots[0].cups must be given'],
    [[{ cups: 9 }], '@Tray: pots[0].steep is too long for so much, but got 180000'],
  ])('names the place of what is wrong in %j', (pots, message) => {
    expect(() => tray.check({ pots })).toThrow(message);
  });
});
