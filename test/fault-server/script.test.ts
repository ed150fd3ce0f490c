import { beforeEach, describe, expect, it } from 'vitest';
import { armScript } from '../../src/fault-server/faults/fault-script.js';
import { Faults } from '../../src/fault-server/faults/faults.js';
import { type FaultScript, startFaultServer } from '../../src/fault-server/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { jsonOf } from './json-of.js';

let clock: ManualClock;
let faults: Faults;
beforeEach(() => {
  clock = new ManualClock();
  faults = new Faults(clock, 7);
});

/** What the next request meets: the status of its fault, or '-'. */
const next = () =>
  faults.strike('/msg').map(({ fault }) => (fault.settings as unknown as { status: number }).status)[0] ?? '-';
const play = (script: FaultScript) => faults.play(armScript(script));

const outage: FaultScript = {
  phases: [{ lasts: '1s' }, { lasts: '2s', faults: { status: 500 } }, { lasts: 500, faults: [{ status: 429 }] }],
};

describe('a script', () => {
  it('goes through its phases by the clock, each from its very beginning to its end, and is over after the last', () => {
    play(outage);
    const seen: [number, unknown][] = [];
    for (const at of [0, 999, 1000, 2999, 3000, 3499, 3500, 1e9]) {
      clock.skip(at - (seen.at(-1)?.[0] ?? 0));
      seen.push([at, next()]);
    }

    expect(seen.map(([, met]) => met)).toEqual(['-', '-', 500, 500, 429, 429, '-', '-']);
    expect(faults.progress).toBeUndefined();
    expect(faults.changesAt).toBeUndefined();
  });

  it('tells where it stands, and when the next phase begins', () => {
    play({ ...outage, repeat: 2 });
    clock.skip(1200);
    expect(faults.progress).toEqual({ phase: 1, round: 1, phaseLeft: 1800 });
    expect(faults.changesAt).toBe(clock.now() + 1800);
    clock.skip(3500);
    expect(faults.progress).toEqual({ phase: 1, round: 2, phaseLeft: 1800 });
  });

  it('runs as often as it is told, and without end if so', () => {
    play({ phases: [{ lasts: 10, faults: {} }, { lasts: 10 }], repeat: 3 });
    const met = Array.from({ length: 8 }, () => {
      const status = next();
      clock.skip(10);
      return status;
    });
    expect(met).toEqual([503, '-', 503, '-', 503, '-', '-', '-']);

    play({ phases: [{ lasts: 10, faults: {} }, { lasts: 10 }], repeat: 'forever' });
    clock.skip(20 * 1_000_000);
    expect([next(), faults.progress?.round]).toEqual([503, 1_000_001]);
  });

  it('begins counts and durations anew with each phase, also one that was entered late', () => {
    play({ phases: [{ lasts: '10s', faults: [{ count: 2 }, { status: 500, duration: '4s' }] }], repeat: 2 });
    expect([next(), next(), next()]).toEqual([503, 503, 500]);
    clock.skip(4000);
    expect(next()).toBe('-');
    clock.skip(9000);
    expect([next(), next(), next()]).toEqual([503, 503, 500]);
    clock.skip(1000);
    expect(next()).toBe('-');
  });

  it.each([[1.3], [0.7 + 0.6], [2.1]])('goes on at the very moment a phase of %d ms ends', (lasts) => {
    play({ phases: [{ lasts, faults: {} }, { lasts: 1.1 }], repeat: 'forever' });
    for (let round = 1; round <= 1000; round++) {
      expect([next(), faults.progress?.round]).toEqual([503, round]);
      clock.skip(faults.changesAt! - clock.now());
      expect([next(), faults.progress?.round]).toEqual(['-', round]);
      clock.skip(faults.changesAt! - clock.now());
    }
  });

  it('skips phases that passed while nobody asked', () => {
    play(outage);
    clock.skip(3100);

    expect(next()).toBe(429);
  });

  it('ends when other faults are set, and ends those that were', () => {
    faults.set([]);
    play(outage);
    faults.set(armScript({ phases: [{ lasts: 1, faults: { status: 418 } }] }).phases[0]!.faults);
    clock.skip(1000);
    expect(next()).toBe(418);
    play(outage);
    expect(next()).toBe('-');
  });

  it('strikes the same requests each time it is played, whatever came before', () => {
    const script = {
      phases: [
        { lasts: 100, faults: { rate: 0.5 } },
        { lasts: 100, faults: { rate: 0.5 } },
      ],
    };
    const round = () => {
      play(script);
      return Array.from({ length: 40 }, () => {
        clock.skip(5);
        return next();
      });
    };

    expect(round()).toEqual(round());
  });

  it('is put in force and shown over HTTP', async () => {
    await using server = await startFaultServer({ clock });
    const put = (body: unknown) =>
      fetch(`${server.url}/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const shown = await jsonOf(put({ phases: [{ lasts: '1s', faults: { count: 2 } }, { lasts: '1s' }], repeat: 2 }));

    expect(shown).toEqual({
      faults: [{ kind: 'status', count: 2, countLeft: 2 }],
      script: { phase: 0, round: 1, phaseLeft: 1000 },
    });
    expect((await fetch(`${server.url}/msg`)).status).toBe(503);
    clock.skip(1000);
    expect(server.progress).toEqual({ phase: 1, round: 1, phaseLeft: 1000 });
    expect((await fetch(`${server.url}/msg`)).status).toBe(200);
    server.play({ phases: [{ lasts: '1s', faults: { status: 500 } }] });
    server.heal();
    expect(server.progress).toBeUndefined();
    expect((await fetch(`${server.url}/msg`)).status).toBe(200);

    const wrong = await put({ phases: [{ lasts: '1s' }, { lasts: '1s', faults: [{}, { count: -1 }] }] });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ field: 'phases[1].faults[1].count', value: '-1' });
  });

  it.each<[unknown, string]>([
    [{}, 'script: phases must be given'],
    [{ phases: [{ lasts: 1 }], repeat: 'ever' }, "or 'forever', but got 'ever'"],
    [{ phases: [] }, 'script: phases must be a list of 1 to 100 phases'],
    [{ phases: Array(101).fill({ lasts: 1 }) }, 'script: phases must be a list of 1 to 100 phases'],
    [{ phases: [{ lasts: 1 }], repeat: 0 }, "script: repeat must be a whole number from 1 to 1000000, or 'forever'"],
    [{ phases: [{}] }, 'script: phases[0].lasts must be given'],
    [{ phases: [{ lasts: 0 }] }, 'script: phases[0].lasts must be a duration of at least 1 ms'],
    [{ phases: [{ lasts: '25h' }] }, 'script: phases[0].lasts must be a duration of at least 1 ms and at most'],
    [{ phases: [{ lasts: 1, fault: {} }] }, 'script: phases[0].fault is no option'],
    [{ phases: [{ lasts: 1, faults: { kind: 'meteor' } }] }, 'script: phases[0].faults.kind must be one of'],
    [{ phases: [{ lasts: 1 }, null] }, 'script: phases[1] '],
  ])('is refused when it is %j', (script, sentence) => {
    expect(() => armScript(script as FaultScript)).toThrow(sentence);
  });
});
