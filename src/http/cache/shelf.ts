import type { Clock } from '../../core/index.js';
import type { CacheKey, CacheKeys } from './cache-keys.js';
import type { CacheRequest } from './cache-request.js';
import { Condemned } from './condemned.js';
import { Entries } from './entries.js';
import { endOfTime, type Head, type KeptHead } from './head.js';
import type { Kept, ToKeep } from './kept.js';
import type { PatientStore } from './patient-store.js';
import { Queues } from './queues.js';
import { selects } from './selection.js';

/** How many answers of one key are kept beside each other. */
const mostVariants = 20;
/** How many changes may wait for the store: they are in memory meanwhile, with their bodies. */
const mostChanges = 256;

/** Where answers are kept, and found by those who may have them. Changes of one URL are made one after the other, behind those who ask for them. */
export class Shelf {
  readonly #store: PatientStore;
  readonly #entries: Entries;
  readonly #keys: CacheKeys;
  readonly #clock: Clock;
  readonly #queues = new Queues();
  readonly #condemned = new Condemned();

  constructor(store: PatientStore, keys: CacheKeys, clock: Clock) {
    this.#store = store;
    this.#entries = new Entries(store, keys);
    this.#keys = keys;
    this.#clock = clock;
  }

  /** What the store is, in a word. */
  get label(): string {
    return this.#store.label;
  }

  /** The head that a request selects, once the changes that were asked for before are made; undefined where that takes too long. */
  async findHead(key: CacheKey, request: CacheRequest, until = this.#patience()): Promise<KeptHead | undefined> {
    const tail = this.#queues.tailOf(key.tag);
    if (tail !== undefined && !(await this.#store.waited(tail, until))) return undefined;
    const { heads } = await this.#entries.variants(key, until);
    return this.#usable(key, heads).find((head) => this.#isSelected(head, request));
  }

  /** The same with its body; undefined where that is missing. */
  async find(key: CacheKey, request: CacheRequest): Promise<Kept | undefined> {
    const until = this.#patience();
    const head = await this.findHead(key, request, until);
    const body = head && (await this.#entries.body(key, head, until));
    return head && body && { head, body };
  }

  /** Keeps an answer in the place of those that the request selects, which are dropped in any case; resolves to whether it did. */
  async keep({ key, head, body, isVoid }: ToKeep, request: CacheRequest): Promise<boolean> {
    if (!this.#admits('set', key)) return false;
    let kept: KeptHead | undefined;
    const changed = await this.#change(key, isVoid, async (heads) => {
      const now = this.#clock.wallNow();
      const replaced = heads.filter((other) => this.#isSelected(other, request));
      if (replaced.some(({ askedAt }) => askedAt > head.askedAt && askedAt <= now)) return heads; // an answer overtook it
      kept = await this.#withBody(key, head, body);
      const others = heads.filter((other) => !replaced.includes(other));
      return kept ? [kept, ...others] : others;
    });
    return changed && kept !== undefined;
  }

  /** Puts a new head before the body of an answer that still holds, if that is still kept; resolves to whether it did. */
  async renew(before: Kept, { key, head, body, isVoid }: ToKeep): Promise<boolean> {
    if (!this.#admits('set', key)) return false;
    let renewed: KeptHead | undefined;
    const changed = await this.#change(key, isVoid, async (heads) => {
      const at = heads.findIndex((other) => isSame(other, before.head));
      if (at < 0) return heads;
      const { body: name, bodyUntil } = before.head;
      const lasts = head.until <= bodyUntil;
      renewed = lasts ? { ...head, body: name, bodyUntil } : await this.#withBody(key, head, body);
      const others = heads.toSpliced(at, 1);
      return renewed ? [renewed, ...others] : others;
    });
    return changed && renewed !== undefined;
  }

  /** Drops what a request selects. */
  async drop(key: CacheKey, request: CacheRequest): Promise<void> {
    if (!this.#admits('set', key)) return;
    await this.#change(key, never, (heads) => {
      const others = heads.filter((head) => !this.#isSelected(head, request));
      return others.length < heads.length ? others : heads;
    });
  }

  /** Drops all answers of a URL, whoever asked for them; what the store does not drop is not given again. */
  invalidate(tag: string): Promise<void> {
    const now = this.#clock.wallNow();
    if (!this.#admits('deleteByTag', { tag })) return Promise.resolve();
    return this.#queues.run(tag, async () => {
      if (!(await this.#entries.removeByTag(tag))) this.#condemned.add(tag, now);
    });
  }

  /** Resolves to false when that takes longer than a request waits for the store. */
  waited(work: Promise<unknown>): Promise<boolean> {
    return this.#store.waited(work, this.#patience());
  }

  /** Drops all; rejects where the store does not, and nothing of it is given again all the same. */
  async clear(): Promise<void> {
    const now = this.#clock.wallNow();
    await this.#queues.settled();
    try {
      await this.#entries.clear();
    } catch (error) {
      this.#condemned.addAll(now);
      throw error;
    }
  }

  /** Tells whether another change may wait; where it may not, that is told, and nothing that it is about is given again. */
  #admits(operation: 'set' | 'deleteByTag', { tag, stored }: Pick<CacheKey, 'tag'> & Partial<CacheKey>): boolean {
    if (this.#queues.waiting < mostChanges) return true;
    this.#condemned.add(tag, this.#clock.wallNow());
    this.#store.refuse(operation, stored);
    return false;
  }

  /** Makes a change to the heads of a key, unless it gives them back as they are; where it fails, none of them is given again. */
  async #change(
    key: CacheKey,
    isVoid: () => boolean,
    change: (heads: readonly KeptHead[]) => Promise<readonly KeptHead[]> | readonly KeptHead[],
  ): Promise<boolean> {
    let changed = false;
    await this.#queues.run(key.tag, async () => {
      if (isVoid()) return;
      const now = this.#clock.wallNow();
      const { heads: all } = await this.#entries.variants(key, this.#patience());
      const before = this.#usable(key, all);
      const after = await change(before);
      if (after === before) return;
      changed = await this.#entries.write(key, after.slice(0, mostVariants), all);
      if (!changed) this.#condemned.add(key.tag, now);
    });
    return changed;
  }

  /** The body lasts longer than the head, so that a 304 need not write it again each time. */
  async #withBody(key: CacheKey, head: Head, bytes: Uint8Array): Promise<KeptHead | undefined> {
    const bodyUntil = Math.min(2 * head.until - this.#clock.wallNow(), endOfTime);
    const body = await this.#entries.writeBody(key, head, bytes, bodyUntil);
    return body === undefined ? undefined : { ...head, body, bodyUntil };
  }

  #usable(key: CacheKey, heads: readonly KeptHead[]): readonly KeptHead[] {
    const now = this.#clock.wallNow();
    const condemned = this.#condemned.untilOf(key.tag);
    return heads.filter((head) => head.until > now && head.askedAt > condemned);
  }

  #isSelected({ selection }: KeptHead, { headers }: CacheRequest): boolean {
    return selects(selection, headers, (name, value) => this.#keys.fieldOf(name, value));
  }

  #patience(): number {
    return this.#clock.now() + this.#store.timeout;
  }
}

function isSame(a: KeptHead, b: KeptHead): boolean {
  return a.askedAt === b.askedAt && a.body === b.body && JSON.stringify(a.selection) === JSON.stringify(b.selection);
}

function never(): boolean {
  return false;
}
