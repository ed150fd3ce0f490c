import { type BusListener, EventBus, type SharedBus, type SharedCall, sharedChecks } from '../../core/index.js';
import type { MemoryConnection } from './memory-state-connection.js';
import { recordKey } from './memory-state-records.js';

/** Who hears what is published, by channel. */
export type MemoryChannels = Map<string, Set<Subscription>>;

interface Subscription {
  readonly heard: (message: string) => void;
  readonly missed: () => void;
  readonly connection: MemoryConnection;
}

/** The bus of a memory state, as one process has it. */
export class MemoryBus implements SharedBus {
  readonly #prefix: string;
  readonly #channels: MemoryChannels;
  readonly #connection: MemoryConnection;
  readonly #own = new Map<Subscription, string>();
  /** Keeps what a listener throws from all others, and reports it. */
  readonly #guard = new EventBus();

  constructor(prefix: string, channels: MemoryChannels, connection: MemoryConnection) {
    this.#prefix = prefix;
    this.#channels = channels;
    this.#connection = connection;
  }

  async publish(channel: string, message: string, call: SharedCall): Promise<void> {
    const by = 'SharedBus.publish()';
    sharedChecks.key(by, channel, 'channel');
    sharedChecks.message(by, message);
    return this.#connection.ask(call, () => {
      const all = this.#channels.get(this.#key(channel)) ?? [];
      for (const subscription of all) queueMicrotask(() => this.#deliver(channel, subscription, message));
    });
  }

  async subscribe(channel: string, listener: BusListener, call: SharedCall): Promise<() => Promise<void>> {
    sharedChecks.key('SharedBus.subscribe()', channel, 'channel');
    const subscription = {
      heard: (message: string) => listener.heard(message),
      missed: () => this.#guard.tell(() => listener.missed(), undefined, 'bus'),
      connection: this.#connection,
    };
    try {
      await this.#connection.ask(call, () => this.#add(channel, subscription));
    } catch (error) {
      this.#remove(subscription); // nobody is told how to end it
      throw error;
    }
    return async () => this.#remove(subscription);
  }

  /** Tells all listeners that they may have missed something. */
  healed(): void {
    for (const { missed } of this.#own.keys()) missed();
  }

  /** Ends all subscriptions of this process. */
  close(): void {
    for (const subscription of this.#own.keys()) this.#remove(subscription);
  }

  #deliver(channel: string, subscription: Subscription, message: string): void {
    const { heard, connection } = subscription;
    if (connection.open && this.#channels.get(this.#key(channel))?.has(subscription))
      this.#guard.tell(heard, message, 'bus');
  }

  #add(channel: string, subscription: Subscription): void {
    const key = this.#key(channel);
    const all = this.#channels.get(key) ?? new Set();
    this.#channels.set(key, all.add(subscription));
    this.#own.set(subscription, channel);
  }

  #remove(subscription: Subscription): void {
    const channel = this.#own.get(subscription);
    if (channel === undefined) return;
    this.#own.delete(subscription);
    const all = this.#channels.get(this.#key(channel));
    all?.delete(subscription);
    if (all?.size === 0) this.#channels.delete(this.#key(channel));
  }

  #key(channel: string): string {
    return recordKey(this.#prefix, 'channel', channel);
  }
}
