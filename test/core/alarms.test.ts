import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alarms } from '../../src/core/alarms.js';
import { Alarm } from '../../src/core/index.js';

/** Notes when it rings. */
class Bell extends Alarm {
  override readonly keepsAlive: boolean;
  readonly name: number;
  readonly #rung: (bell: Bell) => void;

  constructor(name: number, rung: (bell: Bell) => void, keepsAlive = true) {
    super();
    this.name = name;
    this.#rung = rung;
    this.keepsAlive = keepsAlive;
  }

  override ring(): void {
    this.#rung(this);
  }
}

/** Alarms behind a host that notes what it is asked for. */
function host() {
  const asked = { wakes: [] as number[], holds: [] as boolean[] };
  const alarms = new Alarms({ wakeAt: (at) => asked.wakes.push(at), hold: (alive) => asked.holds.push(alive) });
  const rung: number[] = [];
  const bell = (name: number, keepsAlive?: boolean) => new Bell(name, ({ name }) => rung.push(name), keepsAlive);
  return { alarms, asked, rung, bell };
}

describe('alarms', () => {
  it('ring in the order of their times, whether on a line or not, and only once', () => {
    const { alarms, rung, bell } = host();
    alarms.arm(bell(30), 30);
    alarms.line(20).arm(bell(20), 0);
    alarms.arm(bell(10), 10);
    alarms.line(20).arm(bell(25), 5);
    alarms.ring(9);
    expect(rung).toEqual([]);
    alarms.ring(25);
    expect(rung).toEqual([10, 20, 25]);
    alarms.ring(100);
    expect(rung).toEqual([10, 20, 25, 30]);
    expect(alarms.size).toBe(0);
  });

  it('do not ring once they are disarmed, and disarming again does nothing', () => {
    const { alarms, rung, bell } = host();
    const [one, other] = [bell(1), bell(2)];
    alarms.arm(one, 10);
    alarms.line(10).arm(other, 0);
    for (const alarm of [one, one, other, other]) alarms.disarm(alarm);
    alarms.ring(100);
    expect(rung).toEqual([]);
    expect(alarms.size).toBe(0);
  });

  it('that were armed by another one ringing, and are due already, ring in the same go', () => {
    const { alarms, rung, bell } = host();
    alarms.arm(new Bell(1, () => alarms.arm(bell(2), 5)), 10);
    alarms.ring(10);
    expect(rung).toEqual([2]);
  });

  it('that were disarmed by another one ringing at the same time do not ring', () => {
    const { alarms, rung, bell } = host();
    const later = bell(2);
    alarms.arm(new Bell(1, () => alarms.disarm(later)), 10);
    alarms.arm(later, 11);
    alarms.ring(20);
    expect(rung).toEqual([]);
  });

  it('ask to be woken for the next one only', () => {
    const { alarms, asked, bell } = host();
    alarms.arm(bell(1), 50);
    alarms.arm(bell(2), 80);
    alarms.arm(bell(3), 20);
    expect(asked.wakes).toEqual([50, 20]);
    alarms.ring(20);
    expect(asked.wakes).toEqual([50, 20, 50]);
  });

  it('keep the process alive exactly while one is armed that says so', () => {
    const { alarms, asked, bell } = host();
    const [idle, one, other] = [bell(0, false), bell(1), bell(2)];
    alarms.arm(idle, 10);
    expect(asked.holds).toEqual([]);
    alarms.arm(one, 20);
    alarms.arm(other, 20);
    alarms.disarm(one);
    expect(asked.holds).toEqual([true]);
    alarms.ring(20);
    expect(asked.holds).toEqual([true, false]);
  });

  it('are all asked to look whether they are still wanted, and may disarm each other', () => {
    const { alarms, bell } = host();
    const asked: number[] = [];
    class Doubtful extends Bell {
      override recheck(): void {
        asked.push(this.name);
        alarms.disarm(this);
      }
    }
    for (const name of [1, 2, 3]) alarms.arm(new Doubtful(name, () => {}), name);
    for (const name of [4, 5]) alarms.line(7).arm(new Doubtful(name, () => {}), 0);
    alarms.arm(bell(6), 1);
    alarms.recheck();
    expect(asked.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(alarms.size).toBe(1);
  });

  it('do what a plain sorted list does, in any order of arming, disarming and time', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('arm' as const), after: fc.nat(50) }),
      fc.record({ do: fc.constant('line' as const), duration: fc.constantFrom(5, 10, 40) }),
      fc.record({ do: fc.constant('disarm' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('advance' as const), by: fc.nat(30) }),
    );
    const run = (steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) => {
      const { alarms, asked, rung, bell } = host();
      const all: Bell[] = [];
      let expected: Bell[] = [];
      let now = 0;
      const add = (arm: (alarm: Bell) => void) => {
        const alarm = bell(all.length);
        arm(alarm);
        all.push(alarm);
        expected.push(alarm);
      };
      for (const what of steps) {
        if (what.do === 'arm') add((alarm) => alarms.arm(alarm, now + what.after));
        else if (what.do === 'line') add((alarm) => alarms.line(what.duration).arm(alarm, now));
        else if (what.do === 'disarm') {
          const alarm = all[what.which % all.length];
          if (!alarm) continue;
          alarms.disarm(alarm);
          expected = expected.filter((other) => other !== alarm);
        } else {
          now += what.by;
          const before = rung.length;
          alarms.ring(now);
          const due = expected.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
          const now_ = rung.slice(before).map((name) => all[name] as Bell);
          expect(now_.map(({ at }) => at)).toEqual(due.map(({ at }) => at));
          expect(new Set(now_)).toEqual(new Set(due));
          expected = expected.filter(({ at }) => at > now);
        }
        expect(alarms.size).toBe(expected.length);
        const times = expected.map(({ at }) => at);
        expect(alarms.next()?.at).toBe(times.length === 0 ? undefined : Math.min(...times));
        if (times.length > 0) expect(asked.wakes.at(-1)).toBeLessThanOrEqual(Math.min(...times));
      }
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), run), { numRuns: 300 });
  });
});
