import type { CacheEntry } from '../../policies/cache/index.js';
import { type CacheKey, type CacheKeys, digest } from './cache-keys.js';
import { type Head, type KeptHead, soundVariants, type Variants } from './head.js';
import type { PatientStore } from './patient-store.js';

/** Of which form the entries are. */
const version = '1';
const noBytes = new Uint8Array(0);

/** What answers are in a store: for each key an entry with the heads of all variants, and one for each body, which its digest names. */
export class Entries {
  readonly #store: PatientStore;
  readonly #keys: CacheKeys;

  constructor(store: PatientStore, keys: CacheKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  async variants({ stored }: CacheKey, until: number): Promise<Variants> {
    const checked = ({ value, version: own }: CacheEntry) =>
      own === version ? soundVariants(value, stored) : undefined;
    return (await this.#store.read(stored, until, checked)) ?? { key: stored, heads: [] };
  }

  /** Writes the heads of a key in the place of others, whose bodies go; resolves to whether it was done. */
  async write(key: CacheKey, heads: readonly KeptHead[], before: readonly KeptHead[]): Promise<boolean> {
    const { stored, tag } = key;
    const entry = { ...timesOf(heads), value: { key: stored, heads }, tags: [tag], version };
    const written = heads.length === 0 ? await this.#store.remove(stored) : await this.#store.write(stored, entry);
    if (!written) return false;
    const used = new Set(['', ...heads.map(({ body }) => body)]);
    const unused = new Set(before.map(({ body }) => body).filter((body) => !used.has(body)));
    for (const body of unused) await this.#store.remove(this.#keys.bodyOf(key, body));
    return true;
  }

  /** A body as it was written; undefined where it is missing, or is something else. */
  async body(key: CacheKey, { body: name }: KeptHead, until: number): Promise<Uint8Array | undefined> {
    if (name === '') return noBytes;
    return this.#store.read(this.#keys.bodyOf(key, name), until, ({ value }) => {
      if (value instanceof Uint8Array && digest(value) === name) return value;
      throw new TypeError('the store gave something that is not the body that it was given');
    });
  }

  /** Resolves to the name of the body; undefined where the store did not take it. */
  async writeBody(key: CacheKey, head: Head, body: Uint8Array, until: number): Promise<string | undefined> {
    if (body.byteLength === 0) return '';
    const name = digest(body);
    const entry = { ...timesOf([{ ...head, until }]), value: body, tags: [key.tag], version };
    return (await this.#store.write(this.#keys.bodyOf(key, name), entry)) ? name : undefined;
  }

  /** Drops all that bears a tag. */
  removeByTag(tag: string): Promise<boolean> {
    return this.#store.removeByTag(tag, this.#keys.prefix);
  }

  clear(): Promise<void> {
    return this.#store.clear(this.#keys.prefix);
  }
}

/** The times of an entry: it is of use as long as one of its heads is. */
function timesOf(heads: readonly Head[]): Pick<CacheEntry, 'createdAt' | 'freshUntil' | 'staleUntil' | 'errorUntil'> {
  return {
    createdAt: Math.max(...heads.map(({ policy }) => policy.t)),
    freshUntil: Math.max(...heads.map(({ freshUntil }) => freshUntil)),
    staleUntil: Math.max(...heads.map(({ staleUntil }) => staleUntil)),
    errorUntil: Math.max(...heads.map(({ errorUntil, until }) => Math.max(errorUntil, until))),
  };
}
