import assert, { AssertionError } from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { EventBus, type Events, InvalidOptionsError } from '../../src/core/index.js';
import { RecordedEvents, settle, testRuntime, watch } from '../../src/testing/index.js';

/** A record of a bus on which the test itself tells facts. */
function record(options: ConstructorParameters<typeof RecordedEvents>[1] = {}) {
  const bus = new EventBus();
  const events = new RecordedEvents({ events: bus }, options);
  return { bus, events };
}

const started = (site: string): ['call.started', Events['call.started']] => ['call.started', { site }];
const failed = (error: unknown, elapsed = 5): ['call.failed', Events['call.failed']] => [
  'call.failed',
  { site: 'Shop.order', elapsed, error, cancelled: false },
];

/** Tells a fact that nobody holds but those who heard it. */
function tellOne(bus: EventBus): WeakRef<object> {
  const event = { site: 'lost' };
  bus.emit('call.started', event);
  return new WeakRef(event);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** What an assertion says when it fails; undefined when it does not. */
function complaint(assertion: () => void): string | undefined {
  try {
    assertion();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(AssertionError);
    return (error as Error).message;
  }
}

describe('a record of events', () => {
  it('holds all of them in order, by name, first and last', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));
    bus.emit(...failed('down'));
    bus.emit(...started('two'));

    expect(events.names).toEqual(['call.started', 'call.failed', 'call.started']);
    expect(events.all[1]).toEqual({ name: 'call.failed', event: failed('down')[1] });
    expect(events.of('call.started')).toEqual([{ site: 'one' }, { site: 'two' }]);
    expect(events.of('call.started', { site: /tw/ })).toEqual([{ site: 'two' }]);
    expect(events.first('call.started')).toEqual({ site: 'one' });
    expect(events.last('call.started')).toEqual({ site: 'two' });
    expect(events.last('call.started', { site: 'one' })).toEqual({ site: 'one' });
    expect(events.first('call.succeeded')).toBeUndefined();
  });

  it('is what it was when it was asked for', () => {
    const { bus, events } = record();
    const before = events.all;
    bus.emit(...started('one'));

    expect(before).toEqual([]);
  });

  it('is equal to another one if that has the same events, and shows them in snapshots', () => {
    const [one, other] = [record(), record()];
    expect(one.events).toEqual(other.events);
    one.bus.emit(...started('one'));
    expect(one.events).not.toEqual(other.events);
    expect(() => assert.deepStrictEqual(one.events, other.events)).toThrow(AssertionError);
    other.bus.emit(...started('one'));

    expect(one.events).toEqual(other.events);
    assert.deepStrictEqual(one.events, other.events);
    expect(JSON.parse(JSON.stringify(one.events))).toEqual({ all: [{ name: 'call.started', event: { site: 'one' } }] });
    expect(one.events).toMatchInlineSnapshot(`
      RecordedEvents {
        "all": [
          {
            "event": {
              "site": "one",
            },
            "name": "call.started",
          },
        ],
      }
    `);
  });

  it('forgets when it is cleared, and records on', () => {
    const { bus, events } = record({ limit: 1 });
    for (const site of ['one', 'two', 'three']) bus.emit(...started(site));
    events.clear();
    expect([events.all, events.dropped]).toEqual([[], 0]);
    bus.emit(...started('four'));

    expect(events.of('call.started')).toEqual([{ site: 'four' }]);
    events.assertNotEmitted('call.failed');
  });

  it('stops for good', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));
    expect(events.recording).toBe(true);
    events.stop();
    bus.emit(...started('two'));

    expect(events.recording).toBe(false);
    expect(events.of('call.started')).toEqual([{ site: 'one' }]);
    expect(bus.channel('call.started').heard).toBe(false);
  });

  it('keeps as many as its limit, and counts those that gave way', () => {
    const { bus, events } = record({ limit: 3 });
    for (let site = 0; site < 100; site++) {
      bus.emit(...started(String(site)));
      expect(events.all.length).toBe(Math.min(site + 1, 3));
      expect(events.dropped).toBe(Math.max(0, site - 2));
    }

    expect(events.of('call.started').map(({ site }) => site)).toEqual(['97', '98', '99']);
  });

  it('keeps ten thousand when nothing is said, and all when there is no limit', () => {
    const usual = record();
    const endless = record({ limit: Number.POSITIVE_INFINITY });
    for (let told = 0; told < 20_001; told++) {
      usual.bus.emit(...started('x'));
      endless.bus.emit(...started('x'));
    }

    expect([usual.events.all.length, usual.events.dropped]).toEqual([10_000, 10_001]);
    expect([endless.events.all.length, endless.events.dropped]).toEqual([20_001, 0]);
  });

  it('holds nothing of what gave way, once twice as many were told', async () => {
    const { bus, events } = record({ limit: 5 });
    const lost = tellOne(bus);
    for (let told = 0; told < 10; told++) bus.emit(...started('x'));
    await settle();
    collectGarbage();

    expect(lost.deref()).toBeUndefined();
    expect(events.all).toHaveLength(5);
  });

  it.each([0, 1.5, -1, Number.NaN, '5'])('refuses %s as a limit', (limit) => {
    expect(() => record({ limit: limit as number })).toThrow(
      'RecordedEvents: limit must be a whole number of at least 1, or Infinity, but got ',
    );
  });

  it.each([undefined, null, {}, { events: {} }])('refuses %s as a runtime', (runtime) => {
    expect(() => new RecordedEvents(runtime as never)).toThrow('RecordedEvents takes a runtime, but got ');
  });
});

describe('assertEmitted()', () => {
  it('passes when such an event is there, and however often', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));
    bus.emit(...started('two'));

    events.assertEmitted('call.started');
    events.assertEmitted('call.started', { site: 'two' });
    events.assertEmitted('call.started', {}, { times: 2 });
    events.assertEmitted('call.started', undefined, { times: 2 });
    events.assertEmitted('call.failed', {}, { times: 0 });
  });

  it('says what was recorded instead', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));
    bus.emit(...failed(new TypeError('no such host')));

    expect(complaint(() => events.assertEmitted('circuit.moved'))).toBe(
      [
        "expected 'circuit.moved' to be emitted, but it was not",
        '',
        'recorded:',
        "  #1 call.started { site: 'one' }",
        "  #2 call.failed { site: 'Shop.order', elapsed: 5, error: [TypeError: no such host], cancelled: false }",
      ].join('\n'),
    );
  });

  it('shows near misses of the same name with their differences, the nearest first', () => {
    const { bus, events } = record();
    bus.emit(...failed('a', 1));
    bus.emit(...failed('b', 7));

    const said = complaint(() => events.assertEmitted('call.failed', { elapsed: 7, error: 'c' }));
    expect(said).toContain(
      [
        "expected 'call.failed' with { elapsed: 7, error: 'c' } to be emitted, but it was not",
        '',
        'emitted, but different:',
        "  #2 call.failed: error: expected 'c', got 'b'",
        "  #1 call.failed: elapsed: expected 7, got 1; error: expected 'c', got 'a'",
        '',
        'recorded:',
      ].join('\n'),
    );
  });

  it('shows three near misses and the last twenty events of many', () => {
    const { bus, events } = record();
    for (let site = 1; site <= 30; site++) bus.emit(...started(String(site)));

    const said = complaint(() => events.assertEmitted('call.started', { site: 'x' })) ?? '';
    expect(said).toContain("  #3 call.started: site: expected 'x', got '3'\n  and 27 more\n");
    expect(said).toContain("recorded:\n  (10 earlier)\n  #11 call.started { site: '11' }\n");
    expect(said.endsWith("  #30 call.started { site: '30' }")).toBe(true);
  });

  it('says what a matcher was given that does not say it itself', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));

    expect(complaint(() => events.assertEmitted('call.started', expect.objectContaining({ site: 'two' })))).toContain(
      "expected 'call.started' with ObjectContaining { site: 'two' } to be emitted, but it was not",
    );
    expect(complaint(() => events.assertEmitted('call.started', { site: expect.stringContaining('two') }))).toContain(
      "site: expected StringContaining 'two', got 'one'",
    );
    expect(complaint(() => events.assertEmitted('call.started', { site: expect.any(Number) as never }))).toContain(
      "site: expected Any<Number>, got 'one'",
    );
  });

  it('says how often it was emitted, when that is not as often as expected', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));

    expect(complaint(() => events.assertEmitted('call.started', {}, { times: 2 }))).toContain(
      "expected 'call.started' with {} to be emitted 2 times, but it was once\n",
    );
    expect(complaint(() => events.assertEmitted('call.failed', undefined, { times: 1 }))).toContain(
      "expected 'call.failed' to be emitted once, but it was not\n",
    );
    expect(complaint(() => events.assertEmitted('call.started', undefined, { times: 0 }))).toContain(
      "expected 'call.started' to be emitted 0 times, but it was once\n",
    );
  });

  it('says that nothing was recorded, that recording was stopped, and what was dropped', () => {
    expect(complaint(() => record().events.assertEmitted('call.started'))).toContain('no event was recorded');
    const { bus, events } = record({ limit: 1 });
    bus.emit(...started('one'));
    bus.emit(...started('two'));
    events.stop();

    expect(complaint(() => events.assertEmitted('call.failed'))).toContain(
      "recorded (recording was stopped); 1 before them were dropped:\n  #2 call.started { site: 'two' }",
    );
  });

  it('points at the line of the test', () => {
    const { events } = record();
    try {
      events.assertEmitted('call.started');
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack?.split('\n    at ')[1]).toContain('recorded-events.test.ts');
    }
  });

  it('does not count when events were dropped', () => {
    const { bus, events } = record({ limit: 1 });
    bus.emit(...started('one'));
    bus.emit(...started('one'));

    events.assertEmitted('call.started');
    expect(complaint(() => events.assertEmitted('call.started', {}, { times: 1 }))).toContain(
      'the oldest events were dropped (1)',
    );
  });

  it.each([
    ['', undefined, undefined, 'assertEmitted(): name must be the name of an event'],
    [5, undefined, undefined, 'assertEmitted(): name must be the name of an event, but got 5'],
    ['call.started', 'one', undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    ['call.started', [], undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    ['call.started', null, undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    ['call.started', /one/, undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    ['call.started', Error, undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    ['call.started', new Error('one'), undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    ['call.started', new Map(), undefined, 'assertEmitted(): partial must be an object with some of its fields'],
    [
      'call.started',
      Promise.resolve({}),
      undefined,
      'a function that tells whether it is meant, or a matcher, but got',
    ],
    ['call.started', {}, -1, 'assertEmitted(): times must be a whole number of at least 0, but got -1'],
    ['call.started', {}, 0.5, 'assertEmitted(): times must be a whole number of at least 0, but got 0.5'],
    ['call.started', {}, '1', "assertEmitted(): times must be a whole number of at least 0, but got '1'"],
  ])('refuses the name %j, the part %j and %j times', (name, partial, times, message) => {
    const { events } = record();
    const asking = () => events.assertEmitted(name as never, partial as never, { times: times as never });
    expect(asking).toThrow(message);
    expect(asking).toThrow(InvalidOptionsError);
  });
});

describe('an assertion', () => {
  it.each([
    ['circuit.move', /name must be the name of an event, such as circuit\.moved, .*, but got 'circuit\.move'$/],
    ['circuit', /such as circuit\.moved/],
    ['cache.hit.twice', /such as cache\.evicted/],
    ['rateLimit.refusd', /such as rateLimit\.adopted/],
    ['circuitBreaker.moved', /such as circuit\.moved/],
    ['cached.hit', /such as cache\.evicted/],
    ['Retry.scheduled', /such as retry\.budgetSpent/],
    ['ratelimit.refused', /such as rateLimit\.adopted/],
    ['*', /: name must be the name of an event: there is none that stands for several, but got '\*'$/],
    ['retry.*', /none that stands for several/],
  ])('refuses the name %s, which nothing tells', (name, message) => {
    const { events } = record();
    expect(() => events.assertNotEmitted(name as never)).toThrow(InvalidOptionsError);
    expect(() => events.assertNotEmitted(name as never)).toThrow(message);
    expect(() => events.assertEmitted(name as never, {} as never, { times: 0 })).toThrow(message);
    expect(() => events.of(name as never)).toThrow(message);
  });

  it('takes the names of events that are not ours', () => {
    const { bus, events } = record();
    events.assertNotEmitted('quarantine.moved' as never);
    bus.emit('quarantine.moved' as never, { site: 'one' } as never);

    events.assertEmitted('quarantine.moved' as never);
  });

  it.each([
    [{ time: 0 }, 'assertEmitted(): time is no option; it takes times'],
    [0, 'assertEmitted() takes an object of options, but got 0'],
    [null, 'assertEmitted() takes an object of options, but got null'],
  ])('refuses %j in the place of how often', (given, message) => {
    const { bus, events } = record();
    bus.emit(...started('one'));
    expect(() => events.assertEmitted('call.started', {}, given as never)).toThrow(message);
  });
});

describe('assertNotEmitted()', () => {
  it('shows the first twenty of many', () => {
    const { bus, events } = record();
    for (let site = 1; site <= 30; site++) bus.emit(...started(String(site)));

    const said = complaint(() => events.assertNotEmitted('call.started')) ?? '';
    expect(said.split('\n')).toHaveLength(22);
    expect(said.endsWith("  #20 call.started { site: '20' }\n  and 10 more")).toBe(true);
  });

  it('passes as long as no such event is there', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));

    events.assertNotEmitted('call.failed');
    events.assertNotEmitted('call.started', { site: 'two' });
  });

  it('shows the events that are there all the same', () => {
    const { bus, events } = record();
    bus.emit(...started('one'));
    bus.emit(...failed('down'));
    bus.emit(...started('two'));

    expect(complaint(() => events.assertNotEmitted('call.started'))).toBe(
      [
        "expected 'call.started' not to be emitted, but it was 2 times:",
        "  #1 call.started { site: 'one' }",
        "  #3 call.started { site: 'two' }",
      ].join('\n'),
    );
  });

  it('says nothing of what was dropped', () => {
    const { bus, events } = record({ limit: 1 });
    bus.emit(...started('one'));
    bus.emit(...started('two'));

    expect(complaint(() => events.assertNotEmitted('call.failed'))).toBe(
      'the oldest events were dropped (1), so nobody knows what was not emitted, or how often: raise the limit, or clear() before',
    );
  });
});

describe('assertOrder()', () => {
  function course() {
    const { bus, events } = record();
    bus.emit(...started('one'));
    bus.emit(...failed('a'));
    bus.emit(...started('two'));
    bus.emit(...failed('b'));
    return events;
  }

  it('passes with whatever else between', () => {
    const events = course();
    events.assertOrder(['call.started', 'call.failed']);
    events.assertOrder([
      ['call.started', { site: 'one' }],
      ['call.failed', { error: 'b' }],
    ]);
    events.assertOrder(['call.started', 'call.started', 'call.failed']);
  });

  it('says which event did not follow on which', () => {
    const said = complaint(() =>
      course().assertOrder(['call.failed', 'call.failed', ['call.started', { site: 'two' }]]),
    );
    expect(said).toContain(
      "expected 'call.started' with { site: 'two' }, number 3 of the order, to be emitted after #4 call.failed { site: 'Shop.order', elapsed: 5, error: 'b', cancelled: false }, but it was only before, as #3\n",
    );
  });

  it('does not take one event for two', () => {
    expect(complaint(() => course().assertOrder(['call.started', 'call.started', 'call.started']))).toContain(
      "expected 'call.started', number 3 of the order, to be emitted after #3 call.started { site: 'two' }, but it was only before, as #3",
    );
  });

  it('shows near misses that come after', () => {
    const said = complaint(() => course().assertOrder(['call.failed', ['call.started', { site: 'x' }]])) ?? '';
    expect(said).toContain("emitted, but different:\n  #3 call.started: site: expected 'x', got 'two'\n\nrecorded:");
  });

  it.each([
    [[], 'assertOrder(): steps must be a list of names'],
    ['call.started', 'assertOrder(): steps must be a list of names'],
    [[['call.started']], 'assertOrder(): steps has a step that is no pair'],
    [[5], 'assertOrder(): name must be the name of an event, but got 5'],
    [[['call.started', 5]], 'assertOrder(): partial must be an object'],
  ])('refuses %j', (steps, message) => {
    expect(() => course().assertOrder(steps as never)).toThrow(message);
  });
});

describe('next()', () => {
  it('resolves with the next event that fits, not with one that was told before', async () => {
    const { bus, events } = record();
    bus.emit(...started('two'));
    const next = watch(events.next('call.started', { site: 'two' }));
    bus.emit(...started('one'));
    await settle();
    expect(next.state).toBe('pending');
    bus.emit(...started('two'));
    await settle();

    expect(next).toMatchObject({ state: 'resolved', value: { site: 'two' } });
  });

  it('lets each of several have their own, one for all who ask for the same', async () => {
    const { bus, events } = record();
    const waits = [events.next('call.failed'), events.next('call.started'), events.next('call.started')];
    bus.emit(...started('one'));
    bus.emit(...started('two'));
    bus.emit(...failed('down'));

    expect(await Promise.all(waits)).toEqual([failed('down')[1], { site: 'one' }, { site: 'one' }]);
  });

  it('asks a pattern no more once it has found its event', async () => {
    const { bus, events } = record();
    const asked: string[] = [];
    const next = events.next('call.started', ({ site }) => asked.push(site) === 2);
    for (const site of ['one', 'two', 'three']) bus.emit(...started(site));

    expect(await next).toEqual({ site: 'two' });
    expect(asked).toEqual(['one', 'two']);
  });

  it('rejects when recording is stopped, before and after', async () => {
    const { events } = record();
    const next = events.next('call.started', { site: 'one' });
    events.stop();
    const message =
      "nothing more will be recorded, so 'call.started' with { site: 'one' } will not come: recording was stopped";

    await expect(next).rejects.toThrow(message);
    await expect(next).rejects.toBeInstanceOf(AssertionError);
    await expect(events.next('call.started', { site: 'one' })).rejects.toThrow(message);
  });

  it('rejects when the runtime is disposed, except for those who wait for that', async () => {
    const { runtime, events } = testRuntime();
    const [never, end] = [events.next('call.started'), events.next('runtime.disposed')];
    await runtime.dispose();

    expect(await end).toEqual({ site: '' });
    await expect(never).rejects.toThrow("so 'call.started' will not come: the runtime was disposed");
    const late = watch(events.next('call.started'));
    await settle();
    expect(late).toMatchObject({ state: 'rejected', error: { message: expect.stringContaining('was disposed') } });
  });

  it('tells a pattern that throws to whoever gave it, and to nobody else', async () => {
    const { bus, events } = record();
    const broken = events.next('call.started', () => {
      throw new RangeError('broken');
    });
    const sound = events.next('call.started');
    bus.emit(...started('one'));

    await expect(broken).rejects.toThrow('broken');
    expect(await sound).toEqual({ site: 'one' });
  });

  it('leaves no rejection to those who wait no more', async () => {
    const unheard: unknown[] = [];
    const note = (error: unknown) => unheard.push(error);
    process.on('unhandledRejection', note);
    const { events } = record();
    void events.next('call.started');
    events.stop();
    await settle();
    process.off('unhandledRejection', note);

    expect(unheard).toEqual([]);
  });
});
