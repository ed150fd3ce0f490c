import { describe, expect, it } from 'vitest';
import { callWith } from '../../../src/policies/cache/index.js';
import { ChaosWorld, type Made } from './chaos-world.js';

// What no cache can see through, and what is promised all the same: docs/stores.md lists it.

const terms = { ttl: 1000, staleFor: 1000, staleIfError: 60_000 };

describe('a store that gives entries of other keys', () => {
  const lie = { lie: 'otherKey' } as const;

  it('is believed: it tells neither the cache nor anybody', async () => {
    const world = new ChaosWorld('alone', terms);
    for (const key of ['a', 'b']) await world.ask(key);
    world.chaos.chaos = lie;
    expect((await world.ask('b')).value).toMatchObject({ key: 'a' });
    expect([world.circuit.state, world.events.of('cache.storeFailed')]).toEqual(['closed', []]);
    await world.end();
  });

  it('makes nobody see what is past its times', async () => {
    const world = new ChaosWorld('alone', terms);
    for (const key of ['a', 'b']) await world.ask(key);
    await world.clock.advance(61_000);
    world.chaos.chaos = lie;
    expect((await world.ask('b')).value).toBe(world.made[2]);
    await world.end();
  });

  it('makes nobody see what was there before clear()', async () => {
    const world = new ChaosWorld('alone', terms);
    for (const key of ['a', 'b']) await world.ask(key);
    world.chaos.chaos = lie;
    await world.byHand((cache) => cache.clear());
    world.upstream = 'is down';
    expect((await world.ask('b')).error).toBe(world.down);
    await world.end();
  });
});

describe('a store that gives the entry before the last one', () => {
  it('may go back to an older value, but not past its times', async () => {
    const world = new ChaosWorld('alone', terms);
    const { value: old } = await world.ask();
    await world.clock.advance(100);
    await callWith({ cache: 'refresh' }, () => world.ask());
    world.chaos.chaos = { lie: 'outdated' };
    expect((await world.ask()).value).toBe(old);
    await world.clock.advance(60_900);
    world.upstream = 'is down';
    expect((await world.ask()).error).toBe(world.down);
    await world.end();
  });
});

describe('a store that gives entries from the future', () => {
  it('is asked for them only when loading failed, for as long as they claim to last', async () => {
    const day = 86_400_000;
    const world = new ChaosWorld('alone', terms);
    const { value: old } = await world.ask();
    world.chaos.chaos = [{ lie: 'future' }, { operations: ['set'], lie: 'idle' }];
    expect((await world.ask()).value).toBe(world.made[1]);
    world.upstream = 'is down';
    await world.clock.advance(61_000);
    expect((await world.ask()).value).toBe(old);
    await world.clock.advance(day);
    expect((await world.ask()).error).toBe(world.down);
    await world.end();
  });
});

describe('a store that only says that all is done', () => {
  it('is believed by hand; values are loaded again, and what was dropped is not given again', async () => {
    const world = new ChaosWorld('alone', terms);
    await world.ask('kept');
    world.chaos.chaos = { operations: ['set', 'delete', 'deleteByTag', 'clear'], lie: 'idle' };
    expect(await world.byHand((cache) => cache.set('a', 1))).toBeNull();
    expect(await world.byHand((cache) => cache.delete('kept'))).toBeNull();
    expect([(await world.ask('a')).value, (await world.ask('kept')).value]).toEqual(world.made.slice(1));
    expect(world.made.map(({ key }: Made) => key)).toEqual(['kept', 'a', 'kept']);
    await world.end();
  });
});
