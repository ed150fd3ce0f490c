import { describe, expect, it } from 'vitest';
import { Condemned } from '../../../src/http/cache/condemned.js';
import { Loads } from '../../../src/http/cache/loads.js';
import { Queues } from '../../../src/http/cache/queues.js';
import { Refreshes } from '../../../src/http/cache/refreshes.js';
import { ManualClock, settle } from '../../../src/testing/index.js';

describe('requests on their way', () => {
  it('are dropped by what they are about, and forgotten once they are over', () => {
    const loads = new Loads();
    const [one, same, other] = [loads.begin('a', 1), loads.begin('a', 2), loads.begin('b', 3)];
    loads.drop('a');
    expect([one, same, other].map(({ dropped }) => dropped)).toEqual([true, true, false]);
    const next = loads.begin('a', 4);
    expect(next.dropped).toBe(false);
    expect(loads.size).toBe(2);

    loads.dropAll();
    expect(other.dropped).toBe(true);
    for (const load of [one, one, same, other]) load.end();
    expect(loads.size).toBe(1);
    next.end();
    expect(loads.size).toBe(0);
  });
});

describe('work on one subject', () => {
  it('is done one after the other, that on others meanwhile, and leaves nothing behind', async () => {
    const queues = new Queues();
    const log: string[] = [];
    const work = (name: string, turns: number) => async () => {
      log.push(`${name} begins`);
      for (let turn = 0; turn < turns; turn++) await settle();
      log.push(`${name} ends`);
    };
    void queues.run('a', work('1', 3));
    void queues.run('a', work('2', 0));
    void queues.run('b', work('3', 0));
    expect(queues.waiting).toBe(3);
    await queues.settled();

    expect(log).toEqual(['1 begins', '3 begins', '3 ends', '1 ends', '2 begins', '2 ends']);
    await settle();
    expect(queues.waiting).toBe(0);
    expect(queues.tailOf('a')).toBeUndefined();
  });

  it('goes on after a failure, of which whoever asked for it hears', async () => {
    const queues = new Queues();
    const fault = new Error('broken');
    const failing = queues.run('a', () => Promise.reject(fault));
    const next = queues.run('a', async () => undefined);

    await expect(failing).rejects.toBe(fault);
    await expect(next).resolves.toBeUndefined();
  });
});

describe('what a store did not drop', () => {
  it('is remembered for a thousand URLs; beyond that, all that was kept before counts', () => {
    const condemned = new Condemned();
    for (let at = 0; at < 1000; at++) condemned.add(`url ${at}`, 5);
    expect(condemned.untilOf('url 7')).toBe(5);
    expect(condemned.untilOf('url 1000')).toBe(Number.NEGATIVE_INFINITY);
    condemned.add('one more', 9);

    expect(['url 7', 'any', 'one more'].map((tag) => condemned.untilOf(tag))).toEqual([9, 9, 9]);
    condemned.add('later', 12);
    expect(['any', 'later'].map((tag) => condemned.untilOf(tag))).toEqual([9, 12]);
  });

  it('takes no word back when the clock is set back', () => {
    const condemned = new Condemned();
    condemned.add('url', 9);
    condemned.add('url', 5);
    condemned.addAll(7);
    condemned.addAll(6);

    expect(condemned.untilOf('url')).toBe(9);
    expect(condemned.untilOf('any')).toBe(9);
  });
});

describe('renewals', () => {
  it('are at most a hundred at a time, and one for a key', async () => {
    const refreshes = new Refreshes(new ManualClock());
    const endings: (() => void)[] = [];
    const refresh = () => new Promise<void>((resolve) => endings.push(resolve));
    const start = (key: string) => refreshes.start(key, refresh, () => undefined);

    expect(start('0')).toBe(true);
    expect(start('0')).toBe(false);
    for (let at = 1; at < 100; at++) expect(start(String(at))).toBe(true);
    expect(start('100')).toBe(false);
    for (const end of endings) end();
    await settle();
    expect(refreshes.size).toBe(0);
    expect(start('100')).toBe(true);
  });

  it('rest at most 30 s after failures, and not at all after a success', async () => {
    const clock = new ManualClock(0);
    const refreshes = new Refreshes(clock);
    let outcome = Promise.reject<void>(new Error('down'));
    const started: number[] = [];
    const run = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        const began = refreshes.start(
          'a',
          () => outcome,
          () => undefined,
        );
        if (began) started.push(clock.now() / 1000);
        await clock.advance(1000);
      }
    };
    await run(125);
    expect(started).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);

    outcome = Promise.resolve();
    started.length = 0;
    await run(28);
    expect(started).toEqual([151, 152]);
    outcome = Promise.reject(new Error('down'));
    started.length = 0;
    await run(4);
    expect(started).toEqual([153, 154, 156]);
  });

  it('of a thousand keys rest; beyond that the one that failed first need not', async () => {
    const refreshes = new Refreshes(new ManualClock());
    const start = (key: number) =>
      refreshes.start(
        String(key),
        () => Promise.reject(new Error('down')),
        () => undefined,
      );
    for (let key = 0; key <= 1000; key++) {
      start(key);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    await settle();

    expect(start(1)).toBe(false);
    expect(start(0)).toBe(true);
  });
});
