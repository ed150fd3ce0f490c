import { describe, expect, it, vi } from 'vitest';
import { count, InvalidOptionsError, optional, options, Registry, required } from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

interface TankOptions {
  readonly litres?: number;
  readonly taps?: number;
}

const tank = options<TankOptions>()('@Tank', { litres: required(count({ min: 1 })), taps: optional(count(), 2) });

class Tank {
  readonly name: string;
  settings: ReturnType<typeof tank.complete>;
  busy = false;

  constructor(name: string, given: TankOptions) {
    this.name = name;
    this.settings = tank.complete(given, name);
  }
}

class Tanks extends Registry<Tank, TankOptions> {
  constructor() {
    super({
      decorator: '@Tank',
      make: (name, given) => new Tank(name, given),
      change: (instance, given, name) => {
        instance.settings = tank.complete(given, name);
      },
      complete: (given, name) => tank.complete(given, name),
      busy: ({ busy }) => busy,
    });
  }
}

/** A registry in which defaults suffice. */
class Lenient extends Registry<{ given: object }, { readonly size?: number }> {
  constructor() {
    const change = (instance: { given: object }, given: object) => {
      instance.given = given;
    };
    super({
      decorator: '@Box',
      make: (_name, given) => ({ given }),
      change,
      complete: (given) => ({ size: 1, ...given }),
      busy: () => false,
    });
  }
}

describe('a registry', () => {
  it('gives one instance for each name, made once (CF15)', () => {
    const boxes = new Lenient();
    const hundred = Array.from({ length: 100 }, (_, i) => boxes.get(`box-${i}`));
    expect(new Set(hundred).size).toBe(100);
    expect(boxes.get('box-7')).toBe(hundred[7]);
    expect(boxes.find('box-7')).toBe(hundred[7]);
    expect([boxes.find('nobody'), boxes.size]).toEqual([undefined, 100]);
    expect([...boxes.entries()].slice(0, 2)).toEqual([
      ['box-0', hundred[0]],
      ['box-1', hundred[1]],
    ]);
  });

  it('makes none where a required option is unknown', () => {
    const tanks = new Tanks();
    expect(() => tanks.get('main')).toThrow('main: @Tank: litres must be given');
    expect(() => tanks.claim('main', {}, 'Garden.water')).toThrow(InvalidOptionsError);
    expect(tanks.size).toBe(0);
    expect(tanks.register('main', { litres: 5 }).settings).toEqual({ litres: 5, taps: 2 });
    expect(tanks.get('main').settings.litres).toBe(5);
  });

  it.each(['', '1st', 'two words', '10/s', 5, undefined])('refuses the name %j', (wrong) => {
    const rule = 'must be a name: a letter, then letters, digits, _ . : or -';
    expect(() => new Lenient().get(wrong as string)).toThrow(`@Box: name ${rule}`);
    expect(() => new Lenient().register(wrong as string, {})).toThrow(`@Box: name ${rule}`);
  });

  it('tells of instances that come and go, to those who still listen', () => {
    const boxes = new Lenient();
    const [added, removed] = [vi.fn(), vi.fn()];
    const stop = boxes.on('added', added);
    boxes.on('removed', removed);
    const box = boxes.get('a');
    boxes.get('a');
    boxes.register('b', { size: 2 });
    stop();
    boxes.get('c');
    expect(added.mock.calls.map(([name]) => name)).toEqual(['a', 'b']);
    expect([boxes.remove('a'), boxes.remove('a')]).toEqual([true, false]);
    expect(removed.mock.calls).toEqual([['a', box]]);
    expect(boxes.get('a')).not.toBe(box);
  });
});

describe('two uses of a name', () => {
  it('share the instance, whoever gives its options', () => {
    const tanks = new Tanks();
    const one = tanks.claim('main', { litres: 5 }, 'Garden.water');
    expect(tanks.claim('main', {}, 'Kitchen.cook')).toBe(one);
    expect(tanks.claim('main', { litres: 5 }, 'Bath.fill')).toBe(one);
  });

  it('may be in either order: the first that gives options sets them', () => {
    const boxes = new Lenient();
    const box = boxes.claim('main', {}, 'Garden.water');
    expect(boxes.claim('main', { size: 3 }, 'Kitchen.cook')).toBe(box);
    expect(box.given).toEqual({ size: 3 });
  });

  it('must agree in what both give: the error names both, the option and the values', () => {
    const tanks = new Tanks();
    tanks.claim('main', { litres: 5 }, 'Garden.water');
    try {
      tanks.claim('main', { litres: 6 }, 'Kitchen.cook');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionsError);
      expect(error).toMatchObject({
        message:
          "Kitchen.cook: @Tank: litres of 'main' is already set by Garden.water: two uses of a name must agree, " +
          "but got { 'Garden.water': 5, 'Kitchen.cook': 6 }",
        option: 'litres',
        site: 'Kitchen.cook',
        value: { 'Garden.water': 5, 'Kitchen.cook': 6 },
      });
    }
    expect(tanks.get('main').settings.litres).toBe(5);
  });

  it('agree where the second says only a part, or says what holds by default', () => {
    const tanks = new Tanks();
    const one = tanks.claim('main', { litres: 5 }, 'Garden.water');
    expect(tanks.claim('main', { taps: 2 }, 'Kitchen.cook')).toBe(one);
    expect(() => tanks.claim('main', { taps: 3 }, 'Bath.fill')).toThrow(
      "taps of 'main' is already set by Garden.water",
    );
  });

  it('by hand are told apart from each other', () => {
    const tanks = new Tanks();
    tanks.register('main', { litres: 5 });
    expect(() => tanks.register('main', { litres: 6 })).toThrow(
      "register(): @Tank: litres of 'main' is already set by register(): two uses of a name must agree, " +
        "but got { 'register()': 5, 'register() again': 6 }",
    );
  });

  it('by one method are told apart from each other', () => {
    const tanks = new Tanks();
    tanks.claim('main', { litres: 5 }, 'Garden.water');
    expect(() => tanks.claim('main', { litres: 6 }, 'Garden.water')).toThrow(
      expect.objectContaining({ value: { 'Garden.water': 5, 'Garden.water again': 6 } }),
    );
  });
});

describe('a name that is split', () => {
  const bounds = { maxKeys: 10, idle: 1000 };

  it('has a family of instances with the options of the name', () => {
    const boxes = new Lenient();
    boxes.claim('main', { size: 3 }, 'Garden.water');
    const family = boxes.family('main', bounds, new ManualClock());
    expect(family.of('a')).toEqual({ given: { size: 3 } });
    expect(boxes.family('main', bounds, new ManualClock())).toBe(family);
    expect(() => boxes.family('main', { ...bounds, maxKeys: 20 }, new ManualClock())).toThrow(
      "maxKeys of 'main' is already 10: two uses of a name must agree, but got 20",
    );
    expect(boxes.keyed('main')).toBe(family);
    expect(boxes.keyed('other')).toBeUndefined();
  });

  // Instances that were made before the first use gave its options kept the defaults for good.
  it('gives its members the options that a later use sets', () => {
    const boxes = new Lenient();
    boxes.claim('main', {}, 'Garden.water');
    const member = boxes.family('main', bounds, new ManualClock()).of('a');
    boxes.claim('main', { size: 3 }, 'Kitchen.cook');
    expect(member.given).toEqual({ size: 3 });
  });

  // The family of a removed name lived on under the next instance of that name, with the old state.
  it('goes with its name', () => {
    const boxes = new Lenient();
    boxes.claim('main', {}, 'Garden.water');
    const family = boxes.family('main', bounds, new ManualClock());
    boxes.remove('main');
    expect(boxes.keyed('main')).toBeUndefined();
    expect(boxes.family('main', bounds, new ManualClock())).not.toBe(family);
  });

  it('tells of members that leave: idle, to make room, or with their name', async () => {
    const [boxes, clock] = [new Lenient(), new ManualClock()];
    const main = boxes.get('main');
    const family = boxes.family('main', { maxKeys: 2, idle: 1000 }, clock);
    const heard: unknown[] = [];
    for (const what of ['added', 'left', 'removed'] as const)
      boxes.on(what, (name, box) => heard.push([what, name, box]));
    const [a, b, c] = ['a', 'b', 'c'].map((key) => family.of(key));
    await clock.advance(1000);
    const d = family.of('d');
    boxes.remove('main');
    family.of('e'); // nobody's any more
    family.of('f');
    expect(heard).toEqual([
      ['left', 'main', a],
      ['left', 'main', b],
      ['left', 'main', c],
      ['left', 'main', d],
      ['removed', 'main', main],
    ]);
  });

  it('lists its members with the one that nothing splits', () => {
    const boxes = new Lenient();
    const main = boxes.get('main');
    const member = boxes.family('main', bounds, new ManualClock()).of('a');
    expect([boxes.all('main'), boxes.all('other')]).toEqual([[main, member], []]);
    expect(boxes.all('main')[1]).toBe(member);
  });
});

describe('what listens to a registry', () => {
  it('breaks nothing by throwing, and is reported', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const boxes = new Lenient();
    boxes.on('added', () => {
      throw new Error('broken listener');
    });
    expect(boxes.get('main')).toBe(boxes.find('main'));
    expect(await warned).toMatchObject({ name: 'HoldfastWarning' });
  });

  it('breaks nobody who takes the place of one that left, and is reported', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const boxes = new Lenient();
    const heard = vi.fn();
    boxes.on('left', () => {
      throw new Error('broken listener');
    });
    const stop = boxes.on('left', heard);
    boxes.get('main');
    const family = boxes.family('main', { maxKeys: 1, idle: 1000 }, new ManualClock());
    const a = family.of('a');
    expect(family.of('b')).toBe(family.of('b'));
    expect(heard.mock.calls).toEqual([['main', a]]);
    stop();
    family.of('c');
    expect(heard).toHaveBeenCalledTimes(1);
    expect(await warned).toMatchObject({ message: expect.stringContaining("'@Box registry left' threw") });
  });
});
