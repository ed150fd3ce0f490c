import { describe, expect, it } from 'vitest';
import { heaviest, type Step, slice, WriteQueue } from '../../../src/stores/lmdb/write-queue.js';
import { settle } from '../../../src/testing/manual-clock.js';

/** A queue whose transactions are done when the test says so. */
class Desk {
  readonly done: string[][] = [];
  readonly queue: WriteQueue;
  failure: unknown;
  #open: (() => void) | undefined;

  constructor() {
    this.queue = new WriteQueue(async (work) => {
      await new Promise<void>((resolve) => {
        this.#open = resolve;
      });
      this.done.push([]);
      work();
      if (this.failure) throw this.failure;
    });
  }

  write(name: string, signal?: AbortSignal, weight = 1): Promise<string> {
    return this.queue.add(this.step(name, weight), signal);
  }

  step(name: string, weight = 1): Step<string> {
    const perform = () => {
      if (name.includes('!')) throw new Error(name);
      this.done.at(-1)!.push(name);
      return name.toUpperCase();
    };
    return { weight, perform };
  }

  /** Lets the transaction that waits run. */
  async next(): Promise<void> {
    await settle();
    this.#open?.();
    await settle();
  }
}

describe('WriteQueue', () => {
  it('does in one transaction what gathered during the one before it, in order', async () => {
    const desk = new Desk();
    const all = Promise.all(['a', 'b', 'c'].map((name) => desk.write(name)));
    await desk.next();
    await desk.next();

    expect(await all).toEqual(['A', 'B', 'C']);
    expect(desk.done).toEqual([['a'], ['b', 'c']]);
  });

  it('does no more in one transaction than the event loop can wait for', async () => {
    const desk = new Desk();
    const steps = [desk.write('a'), desk.write('b', undefined, heaviest - 1), desk.write('c'), desk.write('d')];
    const own = desk.queue.add(slice(() => desk.done.at(-1)!.push('slice')));
    for (let turn = 0; turn < 4; turn++) await desk.next();
    await Promise.all([...steps, own]);

    expect(desk.done).toEqual([['a'], ['b', 'c'], ['d'], ['slice']]);
  });

  it('undoes all when one throws, and does the others without it', async () => {
    const desk = new Desk();
    const results = Promise.allSettled(['a', 'b', 'c!', 'd'].map((name) => desk.write(name)));
    for (let turn = 0; turn < 3; turn++) await desk.next();
    const statuses = (await results).map(({ status }) => status);

    expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(desk.done).toEqual([['a'], ['b'], ['b', 'd']]);
  });

  it('rejects all writes of a transaction that cannot be written, and goes on', async () => {
    const desk = new Desk();
    const [first, ...rest] = ['a', 'b', 'c'].map((name) => desk.write(name));
    await desk.next();
    await first;
    desk.failure = new Error('disk full');
    const failed = Promise.allSettled(rest);
    await desk.next();
    desk.failure = undefined;

    expect(await failed).toMatchObject([{ reason: { message: 'disk full' } }, { reason: { message: 'disk full' } }]);
    const later = desk.write('d');
    await desk.next();
    expect(await later).toBe('D');
  });

  it('keeps the place of a write that is still being prepared', async () => {
    const desk = new Desk();
    let ready: (step: Step<string>) => void = () => {};
    const slow = desk.queue.add(
      new Promise<Step<string>>((resolve) => {
        ready = resolve;
      }),
    );
    const behind = desk.write('behind');
    await desk.next();
    expect(desk.done).toEqual([]);
    ready(desk.step('slow'));
    await desk.next();

    expect(await Promise.all([slow, behind])).toEqual(['SLOW', 'BEHIND']);
    expect(desk.done).toEqual([['slow', 'behind']]);
  });

  it('goes past a write that could not be prepared', async () => {
    const desk = new Desk();
    const failed = desk.queue.add(Promise.reject(new Error('no bytes')));
    const behind = desk.write('behind');
    await expect(failed).rejects.toThrow('no bytes');
    await desk.next();

    expect(await behind).toBe('BEHIND');
  });

  it.each(['before it is called', 'while it waits', 'while its transaction is being opened'])(
    'does not begin a write whose signal aborts %s',
    async (when) => {
      const desk = new Desk();
      const controller = new AbortController();
      if (when === 'before it is called') controller.abort(new Error('gone'));
      const first = when === 'while it waits' ? desk.write('first') : undefined;
      const gone = desk.write('gone', controller.signal);
      const rejected = expect(gone).rejects.toThrow('gone');
      const after = desk.write('after');
      await settle();
      controller.abort(new Error('gone'));
      if (when === 'while it waits') await rejected;
      await desk.next();
      await desk.next();
      await rejected;

      expect(await after).toBe('AFTER');
      await first;
      expect(desk.done.flat()).not.toContain('gone');
    },
  );

  it('gives up a write that is still being prepared when its signal aborts, and lets the others pass', async () => {
    const desk = new Desk();
    const controller = new AbortController();
    const stuck = desk.queue.add(new Promise<Step<void>>(() => {}), controller.signal);
    const behind = desk.write('behind');
    controller.abort(new Error('gone'));
    await expect(stuck).rejects.toThrow('gone');
    await desk.next();

    expect(await behind).toBe('BEHIND');
  });
});
