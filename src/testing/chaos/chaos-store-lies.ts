import type { Random } from '../../core/index.js';
import type { Awaitable, CacheEntry } from '../../policies/cache/index.js';
import type { StoreLie } from './chaos-store-options.js';

const day = 86_400_000;

/** What a lying store remembers, and what it makes of it. */
export class Lies {
  readonly #random: Random;
  readonly #last = new Map<string, CacheEntry>();
  readonly #before = new Map<string, CacheEntry>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Remembers what was set, and what it replaced. */
  remember(key: string, entry: CacheEntry): void {
    const before = this.#last.get(key);
    if (before !== undefined) this.#before.set(key, before);
    this.#last.set(key, entry);
  }

  /** What is given for a key in place of what is there; the truth where there is nothing to lie with. */
  about(key: string, lie: Exclude<StoreLie, 'idle'>, truth: CacheEntry | undefined): CacheEntry | undefined {
    switch (lie) {
      case 'malformed':
        return this.#oneOf(malformed(truth)) as CacheEntry;
      case 'outdated':
        return this.#before.get(key) ?? truth;
      case 'otherKey':
        return this.#ofOther(key) ?? truth;
      case 'future':
        return truth && shifted(truth, day);
      case 'otherVersion':
        return truth && { ...fieldsOf(truth), version: `not ${truth.version}` };
    }
  }

  #ofOther(key: string): CacheEntry | undefined {
    return this.#oneOf([...this.#last].filter(([other]) => other !== key).map(([, entry]) => entry));
  }

  #oneOf<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random.next() * list.length)];
  }
}

/** All sorts of things that are no entries; those of a type that a careless look takes for one among them. */
function malformed(truth: CacheEntry | undefined): unknown[] {
  const sound = truth ? fieldsOf(truth) : {};
  const { tags: _, ...tagless } = sound as Partial<CacheEntry>;
  return [
    'text',
    42,
    true,
    [],
    {},
    tagless,
    { ...sound, createdAt: 'yesterday' },
    { ...sound, freshUntil: Number.NaN },
    { ...sound, errorUntil: null },
    { ...sound, tags: 'tag' },
    { ...sound, tags: [1] },
    { ...sound, version: 1 },
  ];
}

function shifted(entry: CacheEntry, by: number): CacheEntry {
  const { createdAt, freshUntil, staleUntil, errorUntil } = entry;
  const times = { createdAt, freshUntil, staleUntil, errorUntil };
  const moved = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time + by]));
  return { ...fieldsOf(entry), ...moved };
}

/** An entry may be an instance whose fields are getters of its class. */
function fieldsOf(entry: CacheEntry): CacheEntry {
  const { value, createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime } = entry;
  return { value, createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime };
}

/** Tells whether the truth comes later; a promise of another realm, or of another kind, is one too. */
export function isLater<T>(truth: Awaitable<T>): truth is Promise<T> {
  return typeof (truth as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
