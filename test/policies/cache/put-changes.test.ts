import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../src/policies/cache/cache.js';
import { Changes } from '../../../src/policies/cache/changes.js';
import { protect } from '../../../src/runtime/index.js';
import { testRuntime } from '../../../src/testing/index.js';

describe('the changes of a cache', () => {
  it('are those since a method began', () => {
    const changes = new Changes();
    changes.begin();
    changes.note({ key: 'a' });
    changes.note({ tags: ['team:*'] });
    const began = changes.begin();
    changes.note({ key: 'b' });
    expect(['a', 'b', 'c'].map((key) => changes.concern(key, ['team:7'], began))).toEqual([false, true, false]);
    expect([changes.concern('c', ['team:7'], 0), changes.concern('c', ['user:7'], 0)]).toEqual([true, false]);
    changes.note({ all: true });
    expect(changes.concern('c', [], began)).toBe(true);
  });

  it('are forgotten once no method is under way', () => {
    const changes = new Changes();
    changes.note({ key: 'before' });
    changes.begin();
    changes.begin();
    changes.note({ key: 'a' });
    changes.end();
    expect(changes.concern('a', [], -1)).toBe(true);
    changes.end();
    expect(['a', 'before'].map((key) => changes.concern(key, [], -1))).toEqual([false, false]);
  });

  it('count as all where there are too many', () => {
    const changes = new Changes();
    const early = changes.begin();
    for (let item = 0; item < 10_000; item++) changes.note({ key: item });
    expect(changes.concern('other', [], early)).toBe(false);
    const late = changes.begin();
    changes.note({ key: 'one more' });
    expect([changes.concern('other', [], early), changes.concern('other', [], late)]).toEqual([true, true]);
    expect(changes.concern('other', [], changes.begin())).toBe(false);
  });

  it.each(['lands', 'fails'])('are not remembered for a put that %s', async (how) => {
    const { runtime } = testRuntime();
    const cache = runtime.caches.register('users', { ttl: '1h' });
    const { changes } = partsOf(cache);
    const method = async (id: string) => (how === 'lands' ? id : Promise.reject(new Error('down')));
    const save = protect(method, { cachePut: { cache: 'users', key: (id: string) => id } }, { runtime });
    await save('1').catch(() => {});
    cache.delete('2');
    expect(changes.concern('2', [], -1)).toBe(false);
  });
});
