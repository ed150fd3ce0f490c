import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/stores/index.js';
import { settle } from '../../../src/testing/index.js';
import { lasting, Scene } from './origin.js';

const headers = lasting('max-age=60');
const alice = { authorization: 'alice' };

/** A scene in which an answer is kept for nobody, and one for Alice. */
async function stocked(): Promise<Scene> {
  const scene = new Scene({}, { headers });
  await scene.ask();
  await scene.ask({ headers: alice });
  await scene.ask({ method: 'HEAD', url: 'https://shop.test/items/7' });
  await scene.ask({ url: 'https://shop.test/items/7' });
  return scene;
}

describe('a request that changes something', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'MOVE'])(
    'drops by %s what is kept of its URL, for all callers',
    async (method) => {
      const scene = await stocked();
      scene.reply = { status: 201 };
      await scene.ask({ method, headers: alice, data: 'x' });
      scene.reply = { headers };

      expect(await scene.tell()).toBe('network milk');
      expect(await scene.tell({ headers: alice })).toBe('network milk');
      expect(await scene.tell({ url: 'https://shop.test/items/7' })).toBe('cache milk');
      expect(scene.cache.stats()).toMatchObject({ invalidated: 1 });
    },
  );

  it.each([
    ['Location', { location: '/items/7' }],
    ['Content-Location', { 'content-location': 'https://shop.test/items/7#x' }],
    ['a Location relative to it', { location: 'items/7' }],
  ])('drops what its answer names by %s', async (_, told) => {
    const scene = await stocked();
    scene.reply = { status: 201, headers: told };
    await scene.ask({ method: 'POST', data: 'x' });
    scene.reply = { headers };

    expect(await scene.tell({ url: 'https://shop.test/items/7', method: 'HEAD' })).toBe('network ');
    expect(await scene.tell({ url: 'https://shop.test/items/7' })).toBe('network milk');
    expect(scene.cache.stats().invalidated).toBe(2);
  });

  it('drops also where it was sent to in the end, by a redirect or by middleware', async () => {
    const scene = await stocked();
    scene.reply = { status: 201, to: { url: 'https://shop.test/items/7' } };
    await scene.ask({ method: 'PUT', data: 'x' });
    scene.reply = { headers };

    expect(await scene.tell()).toBe('network milk');
    expect(await scene.tell({ url: 'https://shop.test/items/7' })).toBe('network milk');
  });

  it.each([['https://other.test/items/7'], ['http://shop.test/items/7'], ['http://'], ['']])(
    'drops nothing else for the Location %s',
    async (location) => {
      const scene = await stocked();
      await scene.ask({
        url: location.startsWith('http') && URL.canParse(location) ? location : 'https://other.test/',
      });
      const before = scene.cache.stats().entries!;
      scene.reply = { headers: { location } };
      await scene.ask({ method: 'POST', data: 'x' });

      expect(scene.cache.stats().entries).toBe(before - 4); // two heads and two bodies of its own URL
    },
  );

  it('drops nothing when it fails', async () => {
    const scene = await stocked();
    scene.reply = { status: 409 };
    await expect(scene.ask({ method: 'PUT', data: 'x' })).rejects.toMatchObject({ status: 409 });

    expect(await scene.tell()).toBe('cache milk');
  });

  it("drops with 'no-store' as well", async () => {
    const scene = await stocked();
    await scene.ask({ method: 'PUT', data: 'x', mode: 'no-store' });

    expect(await scene.tell()).toBe('network milk');
  });

  it('is not undone by an answer that was on its way', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    const scene = new Scene({}, { body: 'old', headers, after });
    const slow = scene.tell();
    await settle();
    scene.reply = { body: 'new', headers };
    await scene.ask({ method: 'PUT', data: 'x' });
    release();

    expect(await slow).toBe('network old');
    expect(await scene.tell()).toBe('network new');
    expect(await scene.tell()).toBe('cache new');
  });
});

describe('clear()', () => {
  it('drops all of the client, and nothing of others in the same store', async () => {
    const store = memoryStore();
    const scene = new Scene({ store }, { headers });
    await scene.ask();
    store.set('other', { value: 1, createdAt: 0, freshUntil: 1, staleUntil: 1, errorUntil: 1, tags: [], version: '' });
    await scene.cache.clear();

    expect([...store.keys()]).toEqual(['other']);
    expect(await scene.tell()).toBe('network milk');
    expect(await scene.tell()).toBe('cache milk');
  });

  it('is not undone by an answer that was on its way', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    const scene = new Scene({}, { headers, after });
    const slow = scene.ask();
    await settle();
    await scene.cache.clear();
    release();
    await slow;

    expect(scene.cache.stats().entries).toBe(0);
  });
});
