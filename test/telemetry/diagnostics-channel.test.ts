import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { diagnosticsChannel } from 'holdfast/telemetry';
import { testRuntime } from 'holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';

const struck = { site: 'A.b', scope: 'total', after: 1, attempt: 1 } as const;
const messages: [unknown, unknown][] = [];
const hear = (message: unknown, name: unknown) => messages.push([name, message]);

afterEach(() => {
  unsubscribe('holdfast:timeout.struck', hear);
  messages.length = 0;
});

describe('diagnosticsChannel()', () => {
  it('publishes an event as it is, under its name, to whoever has subscribed', () => {
    const { runtime } = testRuntime({ listeners: [diagnosticsChannel()] });
    subscribe('holdfast:timeout.struck', hear);

    runtime.events.emit('timeout.struck', struck);
    runtime.events.emit('runtime.disposed', { site: '' });

    expect(messages).toEqual([['holdfast:timeout.struck', struck]]);
    expect(messages[0]?.[1]).toBe(struck);
  });

  it('publishes to those who come later, and not to those who have left', () => {
    const { runtime } = testRuntime({ listeners: [diagnosticsChannel()] });

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
    const [one, other] = [testRuntime({ listeners: [listener] }), testRuntime({ listeners: [listener] })];
    subscribe('holdfast:timeout.struck', hear);

    await one.runtime.dispose();
    one.runtime.events.emit('timeout.struck', struck);
    other.runtime.events.emit('timeout.struck', struck);

    expect(messages).toHaveLength(1);
  });
});
