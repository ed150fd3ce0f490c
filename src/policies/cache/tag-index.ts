import { matchesTag } from './tag-pattern.js';

/** Which keys bear which tags. */
export class TagIndex<Key> {
  readonly #keys = new Map<string, Set<Key>>();

  add(key: Key, tags: readonly string[]): void {
    for (const tag of tags) {
      const known = this.#keys.get(tag);
      if (known === undefined) this.#keys.set(tag, new Set([key]));
      else known.add(key);
    }
  }

  remove(key: Key, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      if (keys?.delete(key) && keys.size === 0) this.#keys.delete(tag);
    }
  }

  clear(): void {
    this.#keys.clear();
  }

  /** The keys with a tag that fits. */
  matching(pattern: string): Key[] {
    if (!pattern.includes('*')) return [...(this.#keys.get(pattern) ?? [])];
    const found = new Set<Key>();
    for (const [tag, keys] of this.#keys) if (matchesTag(pattern, tag)) for (const key of keys) found.add(key);
    return [...found];
  }
}
