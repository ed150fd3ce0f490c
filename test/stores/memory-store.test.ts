import { memoryStore } from 'holdfast/stores';
import { describe, expect, it } from 'vitest';
import { call, entryAt } from './tiers.js';

describe('memoryStore()', () => {
  it('keeps a thousand entries unless it is told otherwise, those that were asked for last', () => {
    const [usual, small] = [memoryStore(), memoryStore({ max: 2 })];
    for (let index = 0; index <= 1000; index++) usual.set(`${index}`, entryAt(0, index));
    expect(usual.size).toBe(1000);
    expect(usual.get('0')).toBeUndefined();

    for (const key of ['a', 'b']) small.set(key, entryAt(0, key));
    small.get('a');
    small.set('c', entryAt(0, 'c'));
    expect(['a', 'b', 'c'].map((key) => small.get(key)?.value)).toEqual(['a', undefined, 'c']);
  });

  it('keeps no more bytes of values than maxBytes, and refuses a value that alone is larger', () => {
    const store = memoryStore({ maxBytes: 1000 });
    for (let index = 0; index < 10; index++) store.set(`${index}`, entryAt(0, new Uint8Array(300)));
    expect(store.size).toBe(3);
    expect(store.bytes).toBe(900);
    expect(() => store.set('9', entryAt(0, new Uint8Array(1001)))).toThrow(RangeError);
    expect(store.get('9'), 'the old value is still there').toBeUndefined();
  });

  it('is volatile, named memory, and counts bytes only where it was given a bound', () => {
    expect(memoryStore()).toMatchObject({ label: 'memory', volatile: true, size: 0 });
    expect(memoryStore().bytes).toBeUndefined();
  });

  it('answers at once', () => {
    const store = memoryStore();
    store.set('key', entryAt(0, 1));
    store.deleteByTag('other', { prefix: '', ...call() });

    expect(store.get('key')).toEqual(entryAt(0, 1));
    expect(store.delete('key')).toBe(true);
  });

  it.each([
    ['max', { max: 0 }, 'memoryStore(): max must be a whole number from 1 to 10000000, but got 0'],
    ['max', { max: 1e9 }, 'memoryStore(): max must be a whole number from 1 to 10000000'],
    ['maxBytes', { maxBytes: 0.5 }, 'memoryStore(): maxBytes must be a whole number of at least 1, but got 0.5'],
    ['an option that is none', { maxSize: 1 }, 'memoryStore(): maxSize is no option; it takes max, maxBytes'],
    ['what is no object', 5, 'memoryStore() takes an object of options, but got 5'],
  ])('refuses a bad %s', (_, options, message) => {
    expect(() => memoryStore(options as never)).toThrow(message);
  });
});
