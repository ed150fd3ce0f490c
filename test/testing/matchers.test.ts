import 'holdfast/testing/vitest';
import { protect, Retry } from 'holdfast';
import { matchers, protectForTest, RecordedEvents, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { EventBus } from '../../src/core/index.js';

/** The record of a call that fails once and is repeated. */
async function course() {
  const errors = [new TypeError('away')];
  const method = async () => {
    const error = errors.pop();
    if (error) throw error;
    return 5;
  };
  const { call, events } = protectForTest(method, { retry: { delay: 0, jitter: 'none' } });
  await call();
  return events;
}

function overflown() {
  const bus = new EventBus();
  const events = new RecordedEvents({ events: bus }, { limit: 1 });
  bus.emit('call.started', { site: 'one' });
  bus.emit('call.started', { site: 'two' });
  return events;
}

describe('the matchers of events', () => {
  it('pass when that was emitted', async () => {
    const events = await course();

    expect(events).toHaveBeenEmitted('call.succeeded');
    expect(events).toHaveBeenEmitted('retry.scheduled', { attempt: 1, error: TypeError, delay: expect.any(Number) });
    expect(events).not.toHaveBeenEmitted('retry.scheduled', { attempt: 2 });
    expect(events).toHaveBeenEmittedTimes('retry.scheduled', 1);
    expect(events).toHaveBeenEmittedTimes('call.failed', 0);
    expect(events).toHaveBeenEmittedTimes('retry.scheduled', 0, { attempt: 2 });
    expect(events).not.toHaveBeenEmittedTimes('retry.scheduled', 2);
    expect(events).toHaveBeenEmittedInOrder(['call.started', ['retry.scheduled', { attempt: 1 }], 'call.succeeded']);
    expect(events).not.toHaveBeenEmittedInOrder(['call.succeeded', 'call.started']);
  });

  it('fail otherwise, in words that are those of the assertions', async () => {
    const events = await course();

    expect(() => expect(events).toHaveBeenEmitted('retry.scheduled', { attempt: 2 })).toThrow(
      "expected 'retry.scheduled' with { attempt: 2 } to be emitted, but it was not\n\nemitted, but different:\n  #3 retry.scheduled: attempt: expected 2, got 1\n",
    );
    expect(() => expect(events).not.toHaveBeenEmitted('call.started')).toThrow(
      "expected 'call.started' not to be emitted, but it was once:\n  #1 call.started { site: 'Service.method' }",
    );
    expect(() => expect(events).toHaveBeenEmittedTimes('call.started', 2)).toThrow(
      "expected 'call.started' to be emitted 2 times, but it was once",
    );
    expect(() => expect(events).not.toHaveBeenEmittedTimes('call.started', 1)).toThrow(
      "expected 'call.started' not to be emitted once, but it was:\n  #1",
    );
    expect(() => expect(events).toHaveBeenEmittedInOrder(['call.succeeded', 'call.started'])).toThrow(
      "expected 'call.started', number 2 of the order, to be emitted after #5 call.succeeded",
    );
    expect(() => expect(events).not.toHaveBeenEmittedInOrder(['call.started', 'call.succeeded'])).toThrow(
      "expected 'call.started', 'call.succeeded' not to be emitted in this order, but they were\n\nrecorded:\n  #1",
    );
  });

  it('do not say what was not emitted, or how often, when events were dropped', () => {
    const dropped = 'the oldest events were dropped (1)';

    expect(overflown()).toHaveBeenEmitted('call.started');
    expect(overflown()).toHaveBeenEmittedInOrder(['call.started']);
    expect(() => expect(overflown()).not.toHaveBeenEmitted('call.failed')).toThrow(dropped);
    expect(() => expect(overflown()).toHaveBeenEmittedTimes('call.started', 1)).toThrow(dropped);
    expect(() => expect(overflown()).not.toHaveBeenEmittedInOrder(['call.failed'])).toThrow(dropped);
  });

  it.each<[string, () => void]>([
    ['toHaveBeenEmitted() takes RecordedEvents, but got []', () => expect([]).toHaveBeenEmitted('call.started')],
    ['toHaveBeenEmittedTimes() takes RecordedEvents', () => expect(null).toHaveBeenEmittedTimes('call.started', 1)],
    ['toHaveBeenEmittedInOrder() takes RecordedEvents', () => expect(5).toHaveBeenEmittedInOrder(['call.started'])],
    ['toHaveBeenEmitted(): name must be the name', () => expect(overflown()).toHaveBeenEmitted(5 as never)],
    [
      'toHaveBeenEmittedTimes(): times must be a whole number of at least 0, but got undefined',
      () => expect(overflown()).toHaveBeenEmittedTimes('call.failed', undefined as never),
    ],
    ['toHaveBeenEmittedInOrder(): steps must be', () => expect(overflown()).toHaveBeenEmittedInOrder([])],
  ])('refuse wrong use: %s', (message, use) => {
    expect(use).toThrow(message);
  });

  it('are plain functions, for any expect that can be extended', async () => {
    const { pass, message } = matchers.toHaveBeenEmitted.call({}, await course(), 'call.failed');

    expect(pass).toBe(false);
    expect(message()).toContain("expected 'call.failed' to be emitted, but it was not");
  });
});

describe('the matcher of protection', () => {
  const call = protect(async () => 5, { retry: 4, timeout: '2s' }, { id: 'quotes' });

  it('passes when the policies are those, outermost first', () => {
    expect(call).toBeProtectedBy(['retry', 'timeout.attempt']);
    expect(call).toBeProtectedBy({
      quotes: ['retry', { place: 'timeout.attempt', options: { attempt: expect.any(Number) } }],
    });
    expect(call).not.toBeProtectedBy(['timeout.attempt', 'retry']);
    expect(call).not.toBeProtectedBy([{ place: 'retry', options: { maxAttempts: 5 } }, 'timeout.attempt']);
  });

  it('looks in the runtime that is given', () => {
    class Quotes {
      @Retry()
      async get(): Promise<void> {}
    }

    expect(Quotes).toBeProtectedBy(['retry']);
    expect(Quotes).toBeProtectedBy([], { runtime: testRuntime({ without: ['retry'] }).runtime });
  });

  it('fails otherwise, and says what is there instead', () => {
    expect(() => expect(call).toBeProtectedBy(['retry'])).toThrow(
      'quotes is not protected as expected:\n  expected retry → method\n  got      retry → timeout.attempt → method',
    );
    expect(() => expect(call).not.toBeProtectedBy(['retry', 'timeout.attempt'])).toThrow(
      'expected quotes not to be protected in this way, but they are',
    );
  });
});
