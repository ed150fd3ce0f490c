import 'holdfast/testing/jest';
import 'holdfast/testing/vitest';
import { expect as jestExpect } from '@jest/globals';
import { Retry, Runtime, type RuntimeOptions } from 'holdfast';
import {
  assertPipeline,
  type EventStep,
  ManualClock,
  matchers,
  type PipelineDescription,
  pipelineOf,
  protectForTest,
  RecordedEvents,
  type TestRuntime,
  testRuntime,
} from 'holdfast/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';

class Shop {
  @Retry()
  async order(): Promise<void> {}
}

describe('RecordedEvents', () => {
  const events = new RecordedEvents(new Runtime(), { limit: 5 });

  it('knows each event by its name', () => {
    expectTypeOf(events.of('retry.scheduled')[0]!.delay).toEqualTypeOf<number>();
    expectTypeOf(events.first('circuit.moved')).exclude<undefined>().toHaveProperty('circuit');
    expectTypeOf(events.next('call.started')).resolves.toEqualTypeOf<{ readonly site: string }>();
    // @ts-expect-error there is no such event
    void events.of('retry.schedule');
    // @ts-expect-error a copy: what was recorded cannot be changed
    events.all.push({ name: 'call.started', event: { site: '' } });
  });

  it('takes what fits an event of that name', () => {
    events.assertEmitted('circuit.moved', { to: 'open', circuit: /^bank/ }, { times: 2 });
    events.assertEmitted('retry.scheduled', { delay: (delay) => delay > 5, error: TypeError });
    events.assertEmitted('retry.scheduled', { error: new TypeError('away') });
    events.assertEmitted('retry.scheduled', (event) => event.delay > 5);
    events.assertEmitted('retry.scheduled', expect.objectContaining({ delay: 5 }));
    events.assertEmitted('circuit.moved', { to: /open/, from: expect.any(String) });
    events.assertEmitted('retry.scheduled', { error: /away/ });
    events.assertEmitted('retry.scheduled', { delay: jestExpect.any(Number) });
    events.assertEmitted('circuit.refused', { retryAfter: undefined });
    events.assertEmitted('circuit.thresholdReached', { figures: { calls: 5 } });
    events.assertNotEmitted('call.failed', { cancelled: true });
    void events.next('hedge.won', { hedge: 1 });
  });

  it('refuses what does not', () => {
    // @ts-expect-error there is no such event
    events.assertEmitted('circuit.move');
    // @ts-expect-error an event of that name has no such field
    events.assertEmitted('circuit.moved', { towards: 'open' });
    // @ts-expect-error there is no such state
    events.assertEmitted('circuit.moved', { to: 'ajar' });
    // @ts-expect-error a delay is a number
    events.assertNotEmitted('retry.scheduled', { delay: '5ms' });
    // @ts-expect-error a number is found by no RegExp
    events.assertNotEmitted('retry.scheduled', { delay: /5/ });
    // @ts-expect-error nor is it a text for a function
    events.assertEmitted('retry.scheduled', { delay: (delay: string) => delay === '5' });
    // @ts-expect-error the figures have no such field
    events.assertEmitted('circuit.thresholdReached', { figures: { cals: 5 } });
    // @ts-expect-error an event of that name has no such field
    void events.next('call.started', { to: 'open' });
    // @ts-expect-error there is no such option
    events.assertEmitted('call.started', {}, { time: 5 });
  });

  it('takes events in order, with or without what is known of them', () => {
    events.assertOrder(['call.started', ['circuit.moved', { to: 'open' }], 'call.failed']);
    const step: EventStep = ['retry.scheduled', { attempt: 1 }];
    events.assertOrder([step]);
    // @ts-expect-error there is no such event
    events.assertOrder(['call.begun']);
    // @ts-expect-error what is known is of another event
    events.assertOrder([['call.started', { to: 'open' }]]);
  });
});

describe('the matchers', () => {
  const events = new RecordedEvents(new Runtime());

  it('are known to vitest', () => {
    expect(events).toHaveBeenEmitted('circuit.moved', { to: 'open' });
    expect(events).not.toHaveBeenEmittedTimes('circuit.moved', 2, { to: 'open' });
    expect(events).toHaveBeenEmittedInOrder(['call.started', ['circuit.moved', { to: 'open' }]]);
    expect(Shop).toBeProtectedBy({ order: ['retry', { place: 'timeout.total', options: { total: '2s' } }] });
    expect.extend(matchers);
    // @ts-expect-error there is no such event
    expect(events).toHaveBeenEmitted('circuit.move');
    // @ts-expect-error there is no such state
    expect(events).not.toHaveBeenEmitted('circuit.moved', { to: 'ajar' });
    // @ts-expect-error how often?
    expect(events).toHaveBeenEmittedTimes('circuit.moved');
    // @ts-expect-error a method has several policies
    expect(Shop).toBeProtectedBy({ order: 'retry' });
  });

  it('are known to jest', () => {
    jestExpect(events).toHaveBeenEmitted('circuit.moved', { to: 'open' });
    jestExpect(events).not.toHaveBeenEmittedTimes('circuit.moved', 2, { to: 'open' });
    jestExpect(events).toHaveBeenEmittedInOrder(['call.started', ['circuit.moved', { to: 'open' }]]);
    jestExpect(Shop).toBeProtectedBy({ order: ['retry'] });
    jestExpect.extend(matchers);
    expectTypeOf(jestExpect(events).toHaveBeenEmitted('circuit.moved')).toBeVoid();
    // @ts-expect-error there is no such event
    jestExpect(events).toHaveBeenEmitted('circuit.move');
    // @ts-expect-error there is no such state
    jestExpect(events).not.toHaveBeenEmitted('circuit.moved', { to: 'ajar' });
  });

  it('are known to the global expect of jest', () => {
    const global = {} as jest.Matchers<void, RecordedEvents>;
    expectTypeOf(global.toHaveBeenEmitted('circuit.moved', { to: 'open' })).toBeVoid();
    // @ts-expect-error there is no such state
    global.toHaveBeenEmitted('circuit.moved', { to: 'ajar' });
  });
});

describe('pipelineOf() and assertPipeline()', () => {
  it('take classes, instances and protected functions', () => {
    expectTypeOf(pipelineOf(Shop)).toEqualTypeOf<PipelineDescription>();
    void pipelineOf(new Shop(), { runtime: new Runtime() });
    assertPipeline(Shop, { order: ['retry'] });
    assertPipeline(Shop, ['retry', { place: 'retry', options: { maxAttempts: 5 } }]);
    assertPipeline(Shop, pipelineOf(Shop));
    // @ts-expect-error a text is not protected
    void pipelineOf('Shop');
    // @ts-expect-error a policy stands at a place
    assertPipeline(Shop, [{ kind: 'retry' }]);
  });
});

describe('testRuntime() and protectForTest()', () => {
  it('give a world, with events unless told otherwise', () => {
    expectTypeOf(testRuntime()).toEqualTypeOf<TestRuntime>();
    expectTypeOf(testRuntime({ without: ['retry', 'quarantine'], seed: 5 }).events).toEqualTypeOf<RecordedEvents>();
    expectTypeOf(testRuntime({ clock: new ManualClock() }).clock).toEqualTypeOf<ManualClock>();
    const silent = testRuntime({ record: false });
    // @ts-expect-error nothing is recorded
    void silent.events;
    // @ts-expect-error so there is no limit to it
    void testRuntime({ record: false, limit: 5 });
    expectTypeOf(testRuntime({ record: true, limit: 5 }).events).toEqualTypeOf<RecordedEvents>();
    const perhaps = { record: Boolean(1) };
    // @ts-expect-error nobody knows whether there are events
    void testRuntime(perhaps);
    // @ts-expect-error its events are what it is for
    void protectForTest(async () => 1, {}, { record: false });
    // @ts-expect-error there is no such option
    void testRuntime({ sede: 5 });
  });

  it('keep the type of the function', () => {
    const quote = async (symbol: string): Promise<number> => symbol.length;
    const { call, events } = protectForTest(quote, { retry: 2 }, { id: 'quotes', only: ['retry'] });
    expectTypeOf(call).toExtend<typeof quote>();
    expectTypeOf(call.detailed('ACME')).resolves.toHaveProperty('attempts');
    expectTypeOf(events).toEqualTypeOf<RecordedEvents>();
    void protectForTest(quote, 'standard');
    // @ts-expect-error there is no such kind
    void protectForTest(quote, { rety: 2 });
    // @ts-expect-error there is no such preset
    void protectForTest(quote, 'relaxed');
  });
});

describe('the kinds that a runtime leaves out', () => {
  it('are names, or all', () => {
    expectTypeOf<{ without: 'all' }>().toExtend<RuntimeOptions>();
    expectTypeOf<{ without: ['retry', 'quarantine'] }>().toExtend<RuntimeOptions>();
    expectTypeOf<{ only: ['retry'] }>().toExtend<RuntimeOptions>();
    expectTypeOf<{ only: 'all' }>().not.toExtend<RuntimeOptions>();
    expectTypeOf<{ without: 'retry' }>().not.toExtend<RuntimeOptions>();
  });
});
