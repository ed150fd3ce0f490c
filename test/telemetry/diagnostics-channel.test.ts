import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Chaos, Hedge, Retry } from 'holdfast';
import { diagnosticsChannel } from 'holdfast/telemetry';
import { testRuntime } from 'holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { eventNames } from './every-event.js';

const struck = { site: 'A.b', scope: 'total', after: 1, attempt: 1 } as const;
const messages: [unknown, unknown][] = [];
const hear = (message: unknown, name: unknown) => messages.push([name, message]);

afterEach(() => {
  unsubscribe('holdfast:timeout.struck', hear);
  messages.length = 0;
});

describe('diagnosticsChannel()', () => {
  it('publishes an event as it is, under its name, to whoever has subscribed', () => {
    const { runtime } = testRuntime({ record: false, listeners: [diagnosticsChannel()] });
    subscribe('holdfast:timeout.struck', hear);

    runtime.events.emit('timeout.struck', struck);
    runtime.events.emit('runtime.disposed', { site: '' });

    expect(messages).toEqual([['holdfast:timeout.struck', struck]]);
    expect(messages[0]?.[1]).toBe(struck);
  });

  it('publishes every event there is', () => {
    const { runtime } = testRuntime({ record: false, listeners: [diagnosticsChannel()] });
    for (const name of eventNames) subscribe(`holdfast:${name}`, hear);

    for (const name of eventNames) runtime.events.emit(name, { site: name } as never);
    for (const name of eventNames) unsubscribe(`holdfast:${name}`, hear);

    expect(messages).toEqual(eventNames.map((name) => [`holdfast:${name}`, { site: name }]));
  });

  it('publishes what the policies that deal with failures do, as it happens', async () => {
    class Store {
      @Retry({ delay: 0, budget: { ratio: 0.1, minPerSecond: 0 } })
      @Hedge({ idempotent: true, delay: '1s', budget: false })
      @Chaos({ enabled: true, rate: 1, latency: '2s', seed: 1 })
      async read(): Promise<void> {
        throw new Error('no answer');
      }
    }
    const { runtime, clock } = testRuntime({ record: false, listeners: [diagnosticsChannel()] });
    const store = new Store();
    runtime.bind(store);
    const names = ['hedge.started', 'chaos.injected', 'call.attempted', 'retry.budgetSpent'];
    for (const name of names) subscribe(`holdfast:${name}`, hear);

    const call = store.read().catch((error) => error);
    await clock.advance(5000);
    const error = await call;
    for (const name of names) unsubscribe(`holdfast:${name}`, hear);

    const attempt = { site: 'Store.read', attempt: 1 };
    expect(messages).toEqual([
      ['holdfast:chaos.injected', { ...attempt, what: 'latency', delay: 2000 }],
      ['holdfast:hedge.started', { ...attempt, hedge: 1, after: 1000 }],
      ['holdfast:chaos.injected', { ...attempt, what: 'latency', delay: 2000 }],
      ['holdfast:call.attempted', { ...attempt, kind: 'primary', elapsed: 0, failed: true }],
      ['holdfast:call.attempted', { ...attempt, kind: 'hedge', elapsed: 0, failed: true }],
      ['holdfast:retry.budgetSpent', { site: 'Store.read', budget: 'Store', kind: 'retry', error }],
    ]);
  });

  it('publishes to those who come later, and not to those who have left', () => {
    const { runtime } = testRuntime({ record: false, listeners: [diagnosticsChannel()] });

    runtime.events.emit('timeout.struck', struck);
    subscribe('holdfast:timeout.struck', hear);
    runtime.events.emit('timeout.struck', struck);
    unsubscribe('holdfast:timeout.struck', hear);
    runtime.events.emit('timeout.struck', struck);

    expect(messages).toHaveLength(1);
    expect(channel('holdfast:timeout.struck').hasSubscribers).toBe(false);
  });

  it('publishes what happens in every runtime that it is attached to, until that is disposed', async () => {
    const listener = diagnosticsChannel();
    const [one, other] = [
      testRuntime({ record: false, listeners: [listener] }),
      testRuntime({ record: false, listeners: [listener] }),
    ];
    subscribe('holdfast:timeout.struck', hear);

    await one.runtime.dispose();
    one.runtime.events.emit('timeout.struck', struck);
    other.runtime.events.emit('timeout.struck', struck);

    expect(messages).toHaveLength(1);
  });
});
