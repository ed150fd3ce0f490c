import { EventBus } from './events.js';

/** What happens to the instances of a registry: those that split a name by key leave, whatever has a name of its own is added and removed. */
export type InstanceNewsItem = 'added' | 'removed' | 'left';

/** Hears of an instance, and of the name that it has in its registry. */
export type InstanceListener<T> = (name: string, instance: T) => void;

/** Tells of the instances of one registry; who listens can break nothing. */
export class InstanceNews<T> {
  readonly #decorator: string;
  readonly #events = new EventBus(); // reports listeners that throw
  readonly #listeners: Readonly<Record<InstanceNewsItem, Set<InstanceListener<T>>>> = {
    added: new Set(),
    removed: new Set(),
    left: new Set(),
  };

  /** `decorator` is whose registry it is. */
  constructor(decorator: string) {
    this.#decorator = decorator;
  }

  /** Listens; returns the function that stops. */
  on(what: InstanceNewsItem, listener: InstanceListener<T>): () => void {
    this.#listeners[what].add(listener);
    return () => this.#listeners[what].delete(listener);
  }

  /** Tells all who listen. */
  tell(what: InstanceNewsItem, name: string, instance: T): void {
    for (const listener of this.#listeners[what]) {
      try {
        listener(name, instance);
      } catch (error) {
        this.#events.blame(error, `${this.#decorator} registry ${what}`);
      }
    }
  }
}
