import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../src/graphql/subscriptions/bounded-queue.js';

async function all<T>(queue: BoundedQueue<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

describe('a bounded queue', () => {
  it('hands values on in order, those that wait and those that come', async () => {
    const queue = new BoundedQueue<number>(10);
    queue.push(1);
    const read = all(queue);
    await new Promise(setImmediate);
    queue.push(2);
    queue.push(3);
    queue.end();

    expect(await read).toEqual([1, 2, 3]);
  });

  it('takes no more than its limit, and more once some are read', async () => {
    const queue = new BoundedQueue<number>(2);

    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, false]);
    const reader = queue[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe(1);
    expect(queue.push(4)).toBe(true);
  });

  it('throws its end after what waits, and keeps the first end', async () => {
    const queue = new BoundedQueue<number>(2);
    queue.push(1);
    queue.end(new Error('first'));
    queue.end(new Error('second'));
    const reader = queue[Symbol.asyncIterator]();

    expect(queue.push(2)).toBe(false);
    expect((await reader.next()).value).toBe(1);
    await expect(reader.next()).rejects.toThrow('first');
  });

  it('throws whatever it was ended with, nothing included', async () => {
    const queue = new BoundedQueue<number>(2);
    queue.end(undefined);

    await expect(all(queue)).rejects.toBeUndefined();
  });

  it('drops what waits when it is cleared', async () => {
    const queue = new BoundedQueue<number>(2);
    queue.push(1);
    queue.clear();
    queue.end();

    expect(await all(queue)).toEqual([]);
  });
});
