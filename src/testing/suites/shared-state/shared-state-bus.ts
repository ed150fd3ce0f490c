import assert from 'node:assert/strict';
import type { SharedCall } from '../../../core/index.js';
import { upTo } from '../up-to.js';
import { Ear } from './shared-state-ear.js';
import { type Demand, idle } from './shared-state-trial.js';

const texts = ['', ' ', '\0', 'a\r\nb', '{"a":1}', '鼠 🐁 é', 'x'.repeat(65_536)];

const heard = 'messages that were heard by one listener, in order';

/** That messages reach those who listen, once. */
export const busDemands: readonly Demand[] = [
  {
    title: 'carries a message to all who listen, its sender among them, each time once',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      const ears = [await Ear.at(one, 'news'), await Ear.at(other, 'news'), await Ear.at(other, 'news')];
      await one.publish('news', 'first');
      await other.publish('news', 'second');
      await other.publish('news', 'end');
      for (const ear of ears) assert.deepEqual([...(await ear.hears('end'))].sort(), ['end', 'first', 'second'], heard);
    },
  },
  {
    title: 'keeps the order of what one process publishes on a channel',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      const ear = await Ear.at(other, 'news');
      const messages = upTo(200).map(String);
      await Promise.all(messages.map((message) => one.publish('news', message)));
      await one.publish('news', 'end');
      assert.deepEqual(await ear.hears('end'), [...messages, 'end'], heard);
    },
  },
  {
    title: 'carries text of any characters, none and the most included',
    check: async (trial) => {
      const one = await trial.open();
      const ear = await Ear.at(one, 'news');
      for (const text of [...texts, 'end']) await one.publish('news', text);
      assert.deepEqual(await ear.hears('end'), [...texts, 'end'], heard);
    },
  },
  {
    title: 'tells nothing more to those who stopped, and goes on for the others',
    check: async (trial) => {
      const one = await trial.open();
      const [gone, stays] = [await Ear.at(one, 'news'), await Ear.at(one, 'news')];
      await one.publish('news', 'before');
      await gone.hears('before');
      await gone.stop();
      await gone.stop();
      await one.publish('news', 'after');
      await stays.hears('after');
      assert.deepEqual(gone.messages, ['before'], 'messages that were heard by a listener that has stopped');
    },
  },
  {
    title: 'tells nothing to those who left while they subscribed',
    check: async (trial) => {
      const one = await trial.open();
      const gone = new Ear();
      for (const turns of upTo(4)) await leaveAfter(turns, (call) => one.state.bus.subscribe('news', gone, call));
      const ear = await Ear.at(one, 'news');
      await one.publish('news', 'end');
      await ear.hears('end');
      assert.deepEqual(gone.messages, [], 'messages that were heard by a listener that has left');
    },
  },
  {
    title: 'lets a listener that throws disturb neither its sender nor other listeners',
    check: async (trial) => {
      const one = await trial.open();
      const fails = () => {
        throw new Error('thrown on purpose by a listener');
      };
      await one.state.bus.subscribe('news', { heard: fails, missed: fails }, idle());
      const ear = await Ear.at(one, 'news');
      await one.publish('news', 'first');
      await one.publish('news', 'second');
      assert.deepEqual(await ear.hears('second'), ['first', 'second'], heard);
    },
  },
  {
    title: 'keeps channels apart',
    check: async (trial) => {
      const one = await trial.open();
      const channels = ['news', 'News', 'news*', 'new?', 'news:a', '*', '鼠'];
      const ears = await Promise.all(channels.map((channel) => Ear.at(one, channel)));
      for (const channel of channels) await one.publish(channel, `on ${channel}`);
      for (const channel of channels) await one.publish(channel, 'end');
      for (const [index, ear] of ears.entries())
        assert.deepEqual(await ear.hears('end'), [`on ${channels[index]}`, 'end'], heard);
    },
  },
];

/** Subscribes, and leaves so many turns later; who was given a subscription by then ends it. */
async function leaveAfter(turns: number, subscribe: (call: SharedCall) => Promise<() => Promise<void>>): Promise<void> {
  const controller = new AbortController();
  const subscribed = Promise.allSettled([subscribe({ signal: controller.signal })]);
  for (const _ of upTo(turns)) await undefined;
  controller.abort();
  const [outcome] = await subscribed;
  if (outcome.status === 'fulfilled') await outcome.value();
}
