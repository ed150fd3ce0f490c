import { describe, expect, it, vi } from 'vitest';
import { EventBus } from '../../src/core/index.js';
import { settle } from '../../src/testing/index.js';

const fact = { site: 'Service.method' };

function bus() {
  const report = vi.fn<(error: unknown, name: string) => void>();
  return { report, events: new EventBus(report) };
}

describe('the event bus', () => {
  it('tells each kind of fact to those who listen to it, and all to those who listen to all', () => {
    const { events } = bus();
    const heard: unknown[] = [];
    events.on('call.started', (event) => heard.push(['started', event]));
    events.on('*', (name, event) => heard.push([name, event]));
    events.emit('call.started', fact);
    events.emit('runtime.disposed', fact);
    expect(heard).toEqual([
      ['started', fact],
      ['call.started', fact],
      ['runtime.disposed', fact],
    ]);
  });

  it('stops for each listener alone, and the same function may listen twice', () => {
    const { events } = bus();
    const listener = vi.fn();
    const [once, twice] = [events.on('call.started', listener), events.on('call.started', listener)];
    events.emit('call.started', fact);
    once();
    once();
    events.emit('call.started', fact);
    twice();
    events.emit('call.started', fact);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('says on a channel whether anyone listens, whoever comes first', () => {
    const { events } = bus();
    const channel = events.channel('call.started');
    const states = [channel.heard];
    const one = events.on('call.started', () => {});
    states.push(channel.heard);
    one();
    states.push(channel.heard);
    const all = events.on('*', () => {});
    states.push(channel.heard, events.channel('runtime.disposed').heard);
    all();
    states.push(channel.heard);
    expect(states).toEqual([false, true, false, true, true, false]);
  });

  it('tells on a channel what it tells by name', () => {
    const { events } = bus();
    const listener = vi.fn();
    const channel = events.channel('call.started');
    channel.emit(fact);
    events.on('call.started', listener);
    channel.emit(fact);
    expect(listener.mock.calls).toEqual([[fact]]);
  });

  it('is not broken by a listener that throws, and reports it once', () => {
    const { events, report } = bus();
    const [wrong, other] = [new Error('wrong'), vi.fn()];
    events.on('call.started', () => {
      throw wrong;
    });
    events.on('call.started', other);
    for (let i = 0; i < 3; i++) events.emit('call.started', fact);
    expect(other).toHaveBeenCalledTimes(3);
    expect(report.mock.calls).toEqual([[wrong, 'call.started']]);
  });

  it('is not broken by a listener that rejects, and reports it once', async () => {
    const { events, report } = bus();
    const wrong = new Error('wrong');
    events.on('*', (async () => Promise.reject(wrong)) as () => void);
    for (let i = 0; i < 3; i++) events.emit('call.started', fact);
    await settle();
    expect(report.mock.calls).toEqual([[wrong, 'call.started']]);
  });

  it('reports each faulty listener', () => {
    const { events, report } = bus();
    for (const text of ['a', 'b']) {
      events.on('call.started', () => {
        throw text;
      });
    }
    events.emit('call.started', fact);
    expect(report.mock.calls.map(([error]) => error)).toEqual(['a', 'b']);
  });

  it('calls a user’s own callback under the same protection', async () => {
    const { events, report } = bus();
    const heard = vi.fn();
    events.tell(heard, 1, 'onRetry');
    const rejects = async () => Promise.reject(new Error('wrong'));
    events.tell(rejects, 2, 'onRetry');
    events.tell(rejects, 3, 'onRetry');
    await settle();
    expect(heard).toHaveBeenCalledWith(1);
    expect(report.mock.calls).toMatchObject([[{ message: 'wrong' }, 'onRetry']]);
  });

  it('reports what a function of the user threw where that decided nothing, once for each place', () => {
    const { events, report } = bus();
    for (const name of ['one', 'one', 'other']) events.blame(new Error('wrong'), name);
    expect(report.mock.calls.map(([, name]) => name)).toEqual(['one', 'other']);
  });

  it('warns by itself where nobody takes reports', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const events = new EventBus();
    events.on('call.started', () => {
      throw new Error('wrong');
    });
    events.emit('call.started', fact);
    expect(await warned).toMatchObject({ name: 'HoldfastWarning', message: expect.stringContaining("'call.started'") });
  });

  it('lets a listener stop itself while it is told', () => {
    const { events } = bus();
    const heard: string[] = [];
    const stop = events.on('call.started', () => {
      heard.push('once');
      stop();
    });
    events.on('call.started', () => heard.push('always'));
    events.emit('call.started', fact);
    events.emit('call.started', fact);
    expect(heard).toEqual(['once', 'always', 'always']);
  });
});
