import type { SharedCall } from './shared-state.js';

/**
 * Carries short messages between processes, each at most once: nobody gets one twice, and a subscriber whose connection was lost misses what was published
 * meanwhile. It is told so, as it may have to forget what it knows.
 */
export interface SharedBus {
  /** Sends a message of at most 65 536 characters; resolves when the back end has it, not when others have. */
  publish(channel: string, message: string, call: SharedCall): Promise<void>;
  /**
   * Hears whatever is published from when this resolves: also by this process, and what one process publishes on one channel in that order. After a lost
   * connection it listens again by itself. The returned function stops, whether there is a connection or not; nothing is heard once that resolves,
   * nor by those who left before they could be given it.
   */
  subscribe(channel: string, listener: BusListener, call: SharedCall): Promise<() => Promise<void>>;
}

/** Who hears messages; what it throws disturbs nobody. */
export interface BusListener {
  heard(message: string): void;
  /** It listens again after a time in which messages may have been missed: told when it does, not when the connection is lost. */
  missed(): void;
}
