import { describe, expect, it } from 'vitest';
import type { Serializer } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { stored } from './stored.js';

/** JSON that takes a turn, or none, and refuses what has a `secret`. */
function json(turn: boolean): Serializer {
  const serialize = (value: unknown) => {
    if (Object(value).secret) throw new Boom('no secrets');
    return Buffer.from(JSON.stringify(value));
  };
  return {
    label: 'json',
    serialize: turn ? async (value) => serialize(value) : serialize,
    deserialize: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  };
}

// A caller that asked while a value was on its way to the store used to be given the loader's own object, which others could change; and a value
// that the serializer refused was given as if it were kept, until the refusal had come.
describe.each([false, true])('a value on its way to a store, through a serializer that takes a turn: %s', (turn) => {
  it('is given as it will be read from there: nobody can change it', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { call } = protectForTest(
      async (_id: string) => ({
        list: [1],
      }),
      { cached: { ttl: '1m', store, serializer: json(turn), key: (id: string) => id } },
    );
    const first = await call('a');
    first.list.push(666);
    const second = await call('a');
    expect([second, second === first]).toEqual([{ list: [1] }, false]);
  });

  it('is loaded again where the serializer refuses it', async () => {
    let runs = 0;
    const method = async (_id: string) => ({ secret: true, run: ++runs });
    const { call, events } = protectForTest(method, {
      cached: { ttl: '1m', serializer: json(turn), key: (id: string) => id },
    });
    await call('a');
    await settle();
    expect((await call('a')).run).toBe(2);
    await settle();
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'set', error: { message: 'no secrets' } }, {}]);
  });
});

describe('several writes that fail at once', () => {
  it('are told with what went wrong, not with the refusal of the circuit that they open', async () => {
    const store = new HeldStore();
    store.fails(new Boom('disk full'), 'set');
    const { call, clock, events, runtime } = stored({ ttl: '1m' }, store);
    await Promise.all(Array.from({ length: 8 }, (_, id) => call(`${id}`)));
    await clock.advance(1000);
    expect(runtime.circuits.find('cache:Service.method')?.state).toBe('open');
    const told = events.of('cache.storeFailed').map(({ error }) => (error as Error).message);
    expect(told.length).toBeGreaterThanOrEqual(5);
    expect(new Set(told)).toEqual(new Set(['disk full']));
  });
});

describe("clone: 'structured'", () => {
  it('serves an instance of a class, and does not keep it: its copies would have lost their class', async () => {
    class Money {
      readonly amount = 1;
    }
    const { call, events } = protectForTest(
      async () => ({
        price: new Money(),
      }),
      { cached: { ttl: '1m', clone: 'structured' } },
    );
    expect((await call()).price).toBeInstanceOf(Money);
    expect((await call()).price).toBeInstanceOf(Money);
    expect(events.of('cache.storeFailed')).toMatchObject([
      { error: { message: 'an instance of Money loses its class in a copy' } },
      {},
    ]);
  });
});

describe('a process that was busy', () => {
  it('does not blame its store: what is late by that gets the time back, once', async () => {
    const store = new HeldStore();
    store.holds.add('get');
    const { call, clock, events } = stored({ ttl: '1m' }, store);
    const answer = call('a');
    clock.skip(80); // a pause of the whole process, 30 ms longer than the store had
    await clock.advance(0);
    await clock.advance(29);
    expect(events.of('cache.storeFailed')).toEqual([]);
    await clock.advance(1);
    expect(await answer).toBe(1);
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'get', error: { after: 50 } }]);
  });
});
