import { Clock, optional, options, type SharedState, sharedChecks, systemClock, that } from '../../core/index.js';
import { MemoryBus, type MemoryChannels } from './memory-state-bus.js';
import { MemoryCircuits } from './memory-state-circuits.js';
import { MemoryConnection } from './memory-state-connection.js';
import { MemoryLeases } from './memory-state-leases.js';
import { MemoryPermits } from './memory-state-permits.js';
import { MemoryRecords } from './memory-state-records.js';
import { MemoryTable } from './memory-state-table.js';

/** By what a memory state goes. */
export interface MemoryStateOptions {
  /** The clock of the back end that it stands for. @default the clock of the system */
  readonly clock?: Clock;
}

/** What several processes would share, in one process. */
export interface MemoryState {
  /** Opens it once more, as another process would. Handles of other prefixes never meet. @default prefix '' */
  handle(prefix?: string): MemoryHandle;
  /** Forgets everything, and has all listeners told that they may have missed something: as a back end that is started anew without its data. */
  restart(): void;
  /** How many things it remembers. */
  readonly size: number;
}

/** A shared state as one process has it, whose connection a test can cut. */
export interface MemoryHandle extends SharedState {
  /** From now on nothing arrives, neither there nor back. */
  cut(): void;
  /** It arrives again. */
  heal(): void;
}

const memoryOptions = options<MemoryStateOptions>()('memoryState()', {
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

/**
 * A shared state in memory: the reference that other back ends are measured by, and what stands for them in tests.
 *
 * ```ts
 * const state = memoryState({ clock });
 * const [one, other] = [state.handle(), state.handle()]; // as two processes have it
 * ```
 */
export function memoryState(given: MemoryStateOptions = {}): MemoryState {
  const { clock } = memoryOptions.complete(memoryOptions.check(given), '');
  const records = new MemoryRecords(clock);
  const channels: MemoryChannels = new Map();
  return {
    handle: (prefix = '') => handleOf(checkedPrefix(prefix), records, channels),
    restart: () => {
      records.clear();
      for (const all of channels.values()) for (const { missed, connection } of all) if (connection.open) missed();
    },
    get size() {
      return records.size;
    },
  };
}

function handleOf(prefix: string, records: MemoryRecords, channels: MemoryChannels): MemoryHandle {
  const connection = new MemoryConnection();
  const bus = new MemoryBus(prefix, channels, connection);
  const table = (kind: string) => new MemoryTable([prefix, kind], records, connection);
  return {
    permits: new MemoryPermits(table('permits')),
    circuits: new MemoryCircuits(table('circuit')),
    leases: new MemoryLeases(table('lease')),
    bus,
    check: (call) => connection.ask(call, () => undefined),
    close: async () => {
      bus.close();
      connection.close();
    },
    cut: () => connection.cut(),
    heal: () => {
      connection.heal();
      bus.healed();
    },
  };
}

function checkedPrefix(value: string): string {
  if (value !== '') sharedChecks.key('memoryState().handle()', value, 'prefix');
  return value;
}
