import { Runtime } from 'holdfast';
import { flaky, ManualClock, protectForTest, settle, watch } from 'holdfast/testing';
import { describe, expect, it, vi } from 'vitest';

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await settle();
}

describe('ManualClock.advance()', () => {
  it('takes a number of milliseconds or a duration with a unit', async () => {
    const clock = new ManualClock();
    const slept = watch(clock.sleep(30_000));

    await clock.advance('29s');
    expect(slept.state).toBe('pending');
    await clock.advance(1000);
    expect(slept.state).toBe('resolved');
    expect(clock.now()).toBe(31_000);
  });

  it.each([
    [Number.NaN, /^ManualClock\.advance\(\) takes a duration .*, but got NaN$/],
    [-1, /^ManualClock\.advance\(\) takes a duration .*, but got -1$/],
    ['30', /^ManualClock\.advance\(\) takes a duration .*, but got '30'$/],
    [Number.POSITIVE_INFINITY, /^ManualClock\.advance\(\) must be a number of at most 9007199254740991 .*Infinity$/],
    [
      Number.MAX_SAFE_INTEGER,
      /^ManualClock\.advance\(\): the time reached must be a number of at most 9007199254740991/,
    ],
  ])('refuses %s, and stays where it is', async (duration, message) => {
    const clock = new ManualClock();

    await expect(clock.advance(duration as number)).rejects.toThrow(message);
    await expect(clock.advance(duration as number)).rejects.toMatchObject({ code: 'HOLDFAST_INVALID_OPTIONS' });
    expect(clock.now()).toBe(1000);
    await clock.advance(1);
    expect(clock.now()).toBe(1001);
  });

  it('rings in the order of the times, and lets all that follows from one alarm run before the next', async () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const wait = async (ms: number) => {
      await clock.sleep(ms);
      for (let depth = 0; depth < 1000; depth++) await null;
      seen.push(`${ms} at ${clock.now()}`);
    };
    const waits = [30, 10, 20].map(wait);

    await clock.advance(100);
    await Promise.all(waits);
    expect(seen).toEqual(['10 at 10', '20 at 20', '30 at 30']);
  });

  it('rings what is armed on the way at its own time', async () => {
    const clock = new ManualClock(0);
    const rung: number[] = [];
    const again = () => {
      rung.push(clock.now());
      if (rung.length < 5) clock.later(7, again);
    };
    clock.later(7, again);

    await clock.advance(100);
    expect(rung).toEqual([7, 14, 21, 28, 35]);
    expect(clock.now()).toBe(100);
  });

  it('does not ring what an earlier alarm has taken back, at once or by a chain of promises', async () => {
    const clock = new ManualClock();
    const rung: string[] = [];
    const takeBack = clock.later(20, () => rung.push('taken back at once'));
    const takeBackLater = clock.later(20, () => rung.push('taken back later'));
    clock.later(10, takeBack);
    void clock.sleep(19).then(() => Promise.resolve().then(takeBackLater));

    await clock.advance(100);
    expect(rung).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('makes moves that overlap one after the other', async () => {
    const clock = new ManualClock(0);
    const rung: number[] = [];
    for (const at of [5, 15, 25]) clock.later(at, () => rung.push(clock.now()));

    const moves = [clock.advance(10), clock.advance(10), clock.advance(10)];
    await moves[0];
    expect([clock.now(), rung]).toEqual([10, [5]]);
    await Promise.all(moves);
    expect([clock.now(), rung]).toEqual([30, [5, 15, 25]]);
  });

  it('can be called by what it wakes, which goes on from where the first move ends', async () => {
    const clock = new ManualClock(0);
    const inner = clock.sleep(10).then(() => clock.advance(5));

    await clock.advance(20);
    await inner;
    expect(clock.now()).toBe(25);
  });

  it('goes on from where an alarm on the way has skipped to, never back', async () => {
    const clock = new ManualClock({ now: 0, wall: 0 });
    clock.later(10, () => clock.skip(100));

    await clock.advance(20);
    expect([clock.now(), clock.wallNow()]).toEqual([110, 110]);
  });

  it('rejects with what an alarm throws, and can be used after that', async () => {
    const clock = new ManualClock(0);
    clock.later(5, () => {
      throw new Error('in the alarm');
    });
    const rung = vi.fn();
    clock.later(6, rung);

    await expect(clock.advance(10)).rejects.toThrow('in the alarm');
    await clock.advance(10);
    expect(rung).toHaveBeenCalledOnce();
  });

  it.each([false, true])(
    'says so when something arms itself anew without any time passing (together: %s)',
    async (together) => {
      const clock = new ManualClock({ now: 0, together });
      const again = () => void clock.later(0, again);
      clock.later(5, again);

      await expect(clock.advance(10)).rejects.toThrow(
        'ManualClock: 100001 alarms have rung at 5 ms, and there is always another one; ' +
          'something that arms itself anew has to wait for more than nothing',
      );
      await expect(clock.runUntil(clock.sleep(1))).rejects.toThrow('always another one');
    },
  );

  it('rings however many alarms are due at the same time', async () => {
    const clock = new ManualClock(0);
    let rung = 0;
    for (let armed = 0; armed < 110_000; armed++) clock.later(5, () => rung++);

    await clock.advance(5);
    expect(rung).toBe(110_000);
  });

  it('is not disturbed by fake timers of the runner', async () => {
    vi.useFakeTimers();
    try {
      const clock = new ManualClock();
      const slept = watch(clock.sleep(5));
      await clock.advance(5);
      expect(slept.state).toBe('resolved');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('ManualClock', () => {
  it('starts where it is told', () => {
    expect([new ManualClock().now(), new ManualClock().wallNow()]).toEqual([1000, Date.UTC(2026, 0, 1)]);
    expect(new ManualClock(5).now()).toBe(5);
    const clock = new ManualClock({ now: 7, wall: new Date('1999-12-31T23:59:59Z') });
    expect([clock.now(), new Date(clock.wallNow()).toISOString()]).toEqual([7, '1999-12-31T23:59:59.000Z']);
  });

  it.each([
    [
      { now: Number.NaN },
      'new ManualClock(): now must be a number of at most 9007199254740991 milliseconds, but got NaN',
    ],
    [{ wall: new Date('never') }, /^new ManualClock\(\): wall must be a date, or a number .*, but got Invalid Date$/],
    [{ wall: '2026-01-01' }, /^new ManualClock\(\): wall must be a date, or a number .*, but got '2026-01-01'$/],
    [{ start: 5 }, 'new ManualClock(): start is no option; it takes now, wall'],
    ['5', "new ManualClock() takes an object of options, but got '5'"],
    [new Date(5), /^new ManualClock\(\) takes a number of milliseconds or an object of options: a date is its wall/],
  ])('refuses to start at %o', (options, message) => {
    expect(() => new ManualClock(options as object)).toThrow(message);
  });

  it('tells in how many milliseconds the next alarm is due', async () => {
    const clock = new ManualClock();
    expect(clock.due).toBeUndefined();
    clock.later(50, () => undefined);
    clock.later(20, () => undefined);
    expect(clock.due).toBe(20);
    clock.skip(30);
    expect(clock.due).toBe(0);
    await clock.advance(0);
    expect(clock.due).toBe(20);
  });

  it('comes to each time exactly, and rings there, however small a part of a millisecond', async () => {
    const clock = new ManualClock(0);
    const rung: number[] = [];
    clock.later(453.152, () => rung.push(clock.now()));
    await clock.advance(8.506);

    expect([await clock.next(), rung]).toEqual([true, [453.152]]);
  });

  it('never comes to the end of what waits for ever', async () => {
    const clock = new ManualClock(0);
    const slept = watch(clock.sleep(Number.POSITIVE_INFINITY));

    expect([clock.due, await clock.next(), clock.now()]).toEqual([undefined, false, 0]);
    await expect(clock.runUntil(clock.sleep(Number.POSITIVE_INFINITY))).rejects.toThrow('no alarm is armed');
    await clock.advance('1d');
    expect([slept.state, clock.pending]).toEqual(['pending', 2]);
  });

  it('moves to the next alarm, and says whether there was one', async () => {
    const clock = new ManualClock(0);
    const rung = vi.fn();
    clock.later(70, rung);

    expect(await clock.next()).toBe(true);
    expect([clock.now(), rung.mock.calls.length]).toEqual([70, 1]);
    expect(await clock.next()).toBe(false);
    expect(clock.now()).toBe(70);
  });
});

describe('ManualClock.skip()', () => {
  it('lets time pass at once: what became due rings with the next move, in order, and late', async () => {
    const clock = new ManualClock(0);
    const rung: string[] = [];
    clock.later(20, () => rung.push(`second at ${clock.now()}`));
    clock.later(10, () => rung.push(`first at ${clock.now()}`));

    clock.skip('1m');
    await settle();
    expect(rung).toEqual([]);
    await clock.advance(0);
    expect(rung).toEqual(['first at 60000', 'second at 60000']);
  });

  it('goes forward only, and says so', () => {
    const clock = new ManualClock();
    expect(() => clock.skip(-1)).toThrow(/^ManualClock\.skip\(\) takes a duration .*, but got -1$/);
    expect(clock.now()).toBe(1000);
  });
});

describe('ManualClock.adjustWall()', () => {
  it.each([
    ['forward', '1h', 3_600_000],
    ['backwards', -86_400_000, -86_400_000],
  ] as const)('moves the wall clock %s, and neither rings nor loses an alarm', async (_direction, by, moved) => {
    const clock = new ManualClock({ now: 0, wall: 0 });
    const slept = watch(clock.sleep(100));
    await clock.advance(50);

    clock.adjustWall(by);
    expect([clock.now(), clock.wallNow()]).toEqual([50, 50 + moved]);
    await settle();
    expect([slept.state, clock.due]).toEqual(['pending', 50]);
    await clock.advance(49);
    expect(slept.state).toBe('pending');
    await clock.advance(1);
    expect([slept.state, clock.wallNow()]).toEqual(['resolved', 100 + moved]);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, '-1h'])('refuses %s', (by) => {
    expect(() => new ManualClock().adjustWall(by as number)).toThrow(/^ManualClock\.adjustWall\(\) /);
  });

  it('says how a clock is set backwards', () => {
    expect(() => new ManualClock().adjustWall('-1h' as never)).toThrow(
      "ManualClock.adjustWall() takes a duration, such as 2000 or '2s', or a negative number of milliseconds, but got '-1h'",
    );
  });
});

describe('ManualClock.runUntil()', () => {
  it('runs from alarm to alarm until the promise settles, and no further', async () => {
    const clock = new ManualClock(0);
    const method = flaky.failing(2, 'paid');
    const retry = { maxAttempts: 3, delay: '10s', jitter: 'none' } as const;
    const { call } = protectForTest(method, { retry, timeout: '5m' }, { clock });
    const later = watch(clock.sleep(600_000));

    await expect(clock.runUntil(call())).resolves.toBe('paid');
    expect([clock.now(), method.calls, later.state]).toEqual([30_000, 3, 'pending']);
  });

  it('rejects with the error of the promise, the same object', async () => {
    const clock = new ManualClock();
    const error = new Error('no');
    const failed = clock.sleep(5).then(() => Promise.reject(error));

    await expect(clock.runUntil(failed)).rejects.toBe(error);
  });

  it('moves nothing for a promise that settles by itself, in however many turns', async () => {
    const clock = new ManualClock(0);
    const rung = vi.fn();
    clock.later(5, rung);

    await expect(clock.runUntil(Promise.resolve(1))).resolves.toBe(1);
    expect(rung).not.toHaveBeenCalled();
    await expect(new ManualClock().runUntil(turns(20).then(() => 2))).resolves.toBe(2);
  });

  it('fails when no alarm is left that could wake the promise', async () => {
    const clock = new ManualClock();
    clock.later(5, () => undefined);

    await expect(clock.runUntil(new Promise(() => undefined))).rejects.toThrow(
      'ManualClock.runUntil(): the promise is pending, and no alarm is armed that could wake it; 5 ms have passed',
    );
  });

  it('fails before the first alarm beyond the limit rings', async () => {
    const clock = new ManualClock(0);
    const rung: number[] = [];
    const tick = () => {
      rung.push(clock.now());
      clock.later(600_000, tick);
    };
    clock.later(600_000, tick);
    const never = new Promise(() => undefined);

    await expect(clock.runUntil(never)).rejects.toThrow(
      "ManualClock.runUntil(): the promise is still pending after '1h'; alarms that are armed: 1, the next due in 600000 ms",
    );
    expect(rung.at(-1)).toBe(3_600_000);
    await expect(clock.runUntil(never, { limit: 10 })).rejects.toThrow('still pending after 10');
    await expect(clock.runUntil(never, { limit: Number.NaN })).rejects.toThrow(
      /^ManualClock\.runUntil\(\): limit must be a duration/,
    );
  });

  it.each([
    [() => Promise.resolve(1), {}, /^ManualClock\.runUntil\(\) takes a promise, but got/],
    [undefined, {}, 'ManualClock.runUntil() takes a promise, but got undefined'],
    [Promise.resolve(1), { limt: '1s' }, 'ManualClock.runUntil(): limt is no option; it takes limit'],
    [Promise.resolve(1), '1s', "ManualClock.runUntil() takes an object of options, but got '1s'"],
  ])('refuses %o with %o', async (promise, limit, message) => {
    await expect(new ManualClock().runUntil(promise as never, limit as object)).rejects.toThrow(message);
  });

  it('begins what begins when it is awaited, such as a query, only once', async () => {
    const clock = new ManualClock(0);
    let begun = 0;
    const query: PromiseLike<number> = {
      then: (...listeners) =>
        clock
          .sleep(5)
          .then(() => ++begun)
          .then(...listeners),
    };

    await expect(clock.runUntil(query)).resolves.toBe(1);
    expect([begun, clock.now(), clock.pending]).toEqual([1, 5, 0]);
  });

  it('says what to do about a promise that takes real time', async () => {
    const clock = new ManualClock();
    const slow = flaky.hanging();
    await expect(clock.runUntil(slow())).rejects.toThrow(
      'what really takes time (a socket, a file, another clock) has to be awaited first',
    );
  });

  it('lets what it wakes move the same clock', async () => {
    const clock = new ManualClock(0);
    const moved = clock.sleep(10).then(() => clock.advance('1s'));

    await clock.runUntil(moved);
    expect(clock.now()).toBe(1010);
  });

  it('sees a runtime to its end', async () => {
    const clock = new ManualClock();
    const runtime = new Runtime({ clock });

    await expect(clock.runUntil(runtime.dispose())).resolves.toBeUndefined();
  });
});

describe('settle()', () => {
  it('lets chains of promises of any depth come to their end', async () => {
    const deep = watch(
      (async () => {
        for (let depth = 0; depth < 10_000; depth++) await null;
      })(),
    );
    await settle();
    expect(deep.state).toBe('resolved');
  });
});

describe('alarms that are due at the same time', () => {
  /** Arms two: what follows from the first one takes the second one back. */
  function race(clock: ManualClock): string[] {
    const rung: string[] = [];
    let takeBack = () => {};
    clock.later(10, () => {
      rung.push('first');
      Promise.resolve().then(() => takeBack());
    });
    takeBack = clock.later(10, () => rung.push('second'));
    return rung;
  }

  it('ring one after the other, and promises run between them', async () => {
    const clock = new ManualClock();
    const rung = race(clock);
    await clock.advance(10);

    expect(rung).toEqual(['first']);
  });

  it('ring in one go where the clock is to be like that of the system', async () => {
    const clock = new ManualClock({ together: true });
    const rung = race(clock);
    await clock.advance(10);

    expect(rung).toEqual(['first', 'second']);
  });
});
