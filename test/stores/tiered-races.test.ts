import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { CacheEntry } from 'holdfast/stores';
import { settle } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { type HeldOperation, HeldStore } from './held-store.js';
import { entryAt, tiers } from './tiers.js';

type Tiers = ReturnType<typeof tiers>;

const changes = {
  set: ({ set, entry }: Tiers) => set(entry('new', { tags: [] })),
  delete: (joined: Tiers) => joined.delete(),
  deleteByTag: (joined: Tiers) => joined.deleteByTag('t*'),
  clear: (joined: Tiers) => joined.clear('k'),
};
const rows = Object.entries(changes) as [string, (joined: Tiers) => Promise<unknown>][];
const left = (operation: string) => (operation === 'set' ? 'new' : undefined);

/** Two stores of which the slow one holds 'old' and the fast one nothing, and waits from now on. */
function holding(options: Parameters<typeof tiers>[0] = {}): Tiers {
  const joined = tiers(options);
  joined.slow.inner.set('key', joined.entry('old'));
  joined.slow.holds = true;
  return joined;
}

const given = async (found: unknown) => ((await found) as CacheEntry | undefined)?.value;

describe('a back-fill of tiered()', () => {
  it.each(rows)('does not undo a %s that came after its read began', async (operation, change) => {
    const joined = holding();
    const reading = joined.get();
    await settle();
    const [read] = joined.slow.held;
    read?.act(); // it has seen the old entry
    const changing = change(joined);
    await settle();
    joined.slow.held[1]?.act();
    joined.slow.held[1]?.answer();
    await changing;
    read?.answer();

    expect(await given(reading)).toBe('old');
    await settle();
    if (operation === 'set') expect(joined.get()).toMatchObject({ value: 'new' }); // nor does it undo what the set filled
    joined.slow.holds = false;
    expect(await given(joined.get())).toBe(left(operation));
  });

  it.each(rows)('does not undo a %s that has failed', async (_, change) => {
    const joined = holding();
    const reading = joined.get();
    await settle();
    const changing = change(joined);
    await settle();
    joined.slow.held[0]?.act();
    joined.slow.held[1]?.act(); // done, and yet it fails
    joined.slow.held[1]?.fail(new Error('down'));
    await expect(changing).rejects.toThrow('down');
    joined.slow.release();
    await reading;
    await settle();

    expect(joined.fast.size).toBe(0);
  });

  it.each(rows)('is none for a read that began while a %s was under way', async (operation, change) => {
    const joined = holding();
    const changing = change(joined);
    await settle();
    const reading = joined.get();
    await settle();
    const [write, read] = joined.slow.held;
    read?.act(); // the slow store has not done the change yet
    write?.act();
    write?.answer();
    await changing;
    const later = joined.get(); // does not wait for what began before
    read?.answer();
    expect(await given(reading)).toBe('old');
    await settle();
    joined.slow.release();

    expect(await given(later)).toBe(left(operation));
    joined.slow.holds = false;
    expect(await given(joined.get())).toBe(left(operation));
  });

  it.each(rows)('leaves a read that began before a %s to those who waited already', async (operation, change) => {
    const joined = holding();
    const earlier = joined.get();
    await settle();
    joined.slow.held[0]?.act();
    const changing = change(joined);
    await settle();
    joined.slow.held[1]?.act();
    joined.slow.held[1]?.answer();
    await changing;
    const later = joined.get();
    joined.slow.release();

    expect(await given(earlier)).toBe('old');
    await settle();
    joined.slow.release();
    expect(await given(later)).toBe(left(operation));
  });

  it.each(rows)(
    'that lands in the fast store only after a %s is not given, and is taken back',
    async (operation, change) => {
      const fast = new HeldStore();
      fast.holds = false;
      const joined = holding({ fast, fastFor: Number.POSITIVE_INFINITY });
      joined.slow.holds = false;
      fast.holds = true;
      const reading = joined.get();
      await settle();
      fast.release(); // it has nothing
      expect(await given(reading)).toBe('old');
      const [fill] = fast.held;
      expect(fill?.operation).toBe('set');
      fast.holds = false;
      await change(joined);
      fill?.act();
      expect(await given(joined.get())).toBe(left(operation));
      fill?.answer();
      await settle();

      expect(await given(joined.get())).toBe(left(operation));
      expect([undefined, left(operation)]).toContain(fast.inner.get('key')?.value);
    },
  );
});

describe('while a write of tiered() is under way', () => {
  it.each(rows)('the fast store is not asked for what a %s concerns', async (operation, change) => {
    const joined = tiers();
    await joined.set(joined.entry('old'));
    joined.slow.holds = true;
    const changing = change(joined);
    await settle();
    joined.slow.held[0]?.act();
    const reading = joined.get();
    expect(reading).toBeInstanceOf(Promise);
    await settle();
    joined.slow.release();

    expect(await given(reading)).toBe(left(operation));
    await changing;
  });

  it('the fast store answers for everything else', async () => {
    const joined = tiers();
    await joined.set(joined.entry('tagged'));
    await joined.set(joined.entry('other', { tags: ['other'] }), 'other');
    joined.slow.holds = true;
    const writes = [joined.deleteByTag('tag'), joined.clear('z'), joined.delete('gone')];

    expect(joined.get('other')).toMatchObject({ value: 'other' });
    expect(joined.get('key')).toBeInstanceOf(Promise);
    joined.slow.release();
    await settle();
    joined.slow.release();
    await Promise.all(writes);
  });

  it('reads of keys that it does not concern fill the fast store as ever', async () => {
    const joined = holding();
    const reading = joined.get();
    await settle();
    const others = [joined.clear('z'), joined.deleteByTag('tag', 'z'), joined.delete('other')];
    await settle();
    joined.slow.release();
    await Promise.all([reading, ...others]);

    expect(joined.get()).toMatchObject({ value: 'old' });
  });

  it('what it sweeps away does not stand in for a slow store that fails', async () => {
    const joined = tiers();
    await joined.set(joined.entry('old'));
    await joined.set(joined.entry('other', { tags: [] }), 'other');
    joined.slow.holds = true;
    const sweeping = joined.deleteByTag('tag');
    joined.clock.skip(6000);
    const [swept, other] = [joined.get(), joined.get('other')];
    await settle();
    const [sweep, ...reads] = joined.slow.held;
    for (const read of reads) read.fail(new Error('down'));

    await expect(swept).rejects.toThrow('down');
    expect(await given(other)).toBe('other');
    sweep?.act();
    sweep?.answer();
    await sweeping;
  });

  it('another one of the same key leaves it to the slow store which of them came last', async () => {
    const joined = tiers();
    joined.slow.holds = true;
    const sets = ['first', 'second'].map((value) => joined.set(joined.entry(value)));
    await settle();
    const [first, second] = joined.slow.held;
    for (const held of [second, first]) held?.act();
    for (const held of [first, second]) held?.answer();
    await Promise.all(sets);
    joined.slow.holds = false;

    expect(await given(joined.get())).toBe('first');
    expect(await given(joined.get())).toBe('first');
  });
});

/** What the slow store had for the key in turn, and which operation made it so. */
class Truth {
  readonly #moments: { readonly value: unknown; readonly by: HeldOperation | undefined }[] = [
    { value: undefined, by: undefined },
  ];
  readonly resolved = new Set<HeldOperation | undefined>([undefined]);

  note(value: unknown, by: HeldOperation | undefined): void {
    if (this.#moments.at(-1)?.value !== value) this.#moments.push({ value, by });
  }

  /** From here on it may be read: what came before was replaced by an operation that has resolved. */
  get start(): number {
    return this.#moments.findLastIndex(({ by }) => this.resolved.has(by));
  }

  since(start: number): unknown[] {
    return this.#moments.slice(start).map(({ value }) => value);
  }
}

type Step = readonly [what: string, pick: number];

const step = fc.tuple(
  fc.constantFrom(
    'get',
    'get',
    'set',
    'delete',
    'deleteByTag',
    'clear',
    'act',
    'act',
    'answer',
    'answer',
    'fail',
    'wait',
  ),
  fc.nat(20),
);

/** Drives the tiers through some steps, and gives every answer that could not be true. */
async function falseAnswers(steps: readonly Step[], fast: HeldStore | undefined, fastFor: number): Promise<unknown[]> {
  const joined = tiers<any>({ ...(fast && { fast }), fastFor });
  const truth = new Truth();
  const found: unknown[] = [];
  const waiting: Promise<unknown>[] = [];
  let values = 0;
  joined.slow.holds = true;
  const held = () => [...joined.slow.held, ...(fast?.held ?? [])];
  const act = (one: HeldOperation | undefined) => {
    one?.act();
    truth.note(joined.slow.inner.get('key')?.value, one);
  };
  const read = () => {
    const { start } = truth;
    const check = (answer: CacheEntry | undefined) => {
      const possible = truth.since(start);
      if (!possible.includes(answer?.value)) found.push({ answer: answer?.value, possible });
    };
    return Promise.resolve(joined.get()).then(check, () => undefined);
  };
  const take: Record<string, (pick: number) => unknown> = {
    get: read,
    set: () => joined.set(entryAt(joined.clock.wallNow(), `value ${++values}`)),
    delete: () => joined.delete(),
    deleteByTag: () => joined.deleteByTag('t*'),
    clear: () => joined.clear(),
    act: (pick) => act(held()[pick % held().length]),
    answer: (pick) => {
      const one = held()[pick % held().length];
      act(one);
      one?.answer();
    },
    fail: (pick) => joined.slow.held[pick % joined.slow.held.length]?.fail(new Error('down')),
    wait: () => joined.clock.skip(300),
  };
  for (const [what, pick] of steps) {
    const before = joined.slow.held.length;
    const done = take[what]?.(pick);
    const own = joined.slow.held[before]; // tiered() hands a write on at once
    if (done instanceof Promise)
      waiting.push(
        done.then(
          () => truth.resolved.add(own),
          () => undefined,
        ),
      );
    await turn();
  }
  for (let rounds = 0; held().length > 0 && rounds < 50; rounds++) {
    for (const one of held()) {
      act(one);
      one.answer();
    }
    await turn();
  }
  joined.slow.holds = false;
  if (fast) fast.holds = false;
  await Promise.all(waiting);
  await read();
  return found;
}

describe('tiered(), in whatever order its stores answer', () => {
  it.each([
    ['a fast store that answers at once', () => undefined, Number.POSITIVE_INFINITY],
    ['a fast store that answers at once, and a short fastFor', () => undefined, 1000],
    ['a fast store that answers late', () => new HeldStore(), Number.POSITIVE_INFINITY],
    ['a fast store that answers late, and a short fastFor', () => new HeldStore(), 1000],
  ])(
    'gives nothing that a write which has resolved had replaced before: %s',
    async (_, fast, fastFor) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          expect(await falseAnswers(steps, fast(), fastFor)).toEqual([]);
        }),
        { numRuns: 500 },
      );
    },
    60_000,
  );
});
