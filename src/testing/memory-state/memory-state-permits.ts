import {
  type PermitAnswer,
  type SharedCall,
  type SharedLimit,
  type SharedPermits,
  sharedChecks,
} from '../../core/index.js';
import type { MemoryConnection } from './memory-state-connection.js';
import { type MemoryMeter, meterOf } from './memory-state-meters.js';
import { type MemoryRecords, recordKey } from './memory-state-records.js';

/** The permits of a memory state. */
export class MemoryPermits implements SharedPermits {
  readonly #prefix: string;
  readonly #records: MemoryRecords;
  readonly #connection: MemoryConnection;

  constructor(prefix: string, records: MemoryRecords, connection: MemoryConnection) {
    this.#prefix = prefix;
    this.#records = records;
    this.#connection = connection;
  }

  async take(key: string, weight: number, limits: readonly SharedLimit[], call: SharedCall): Promise<PermitAnswer> {
    const by = 'SharedPermits.take()';
    sharedChecks.key(by, key);
    sharedChecks.weight(by, weight);
    sharedChecks.limits(by, limits);
    return this.#connection.ask(call, () => this.#take(key, weight, limits));
  }

  async giveBack(key: string, receipt: string, limits: readonly SharedLimit[], call: SharedCall): Promise<void> {
    const by = 'SharedPermits.giveBack()';
    sharedChecks.key(by, key);
    sharedChecks.key(by, receipt, 'receipt');
    sharedChecks.limits(by, limits);
    return this.#connection.ask(call, () => this.#giveBack(key, receipt, limits));
  }

  #take(key: string, weight: number, limits: readonly SharedLimit[]): PermitAnswer {
    const now = this.#records.now();
    const meters = this.#meters(key, limits);
    const wait = Math.max(...meters.map((meter) => meter.wait(weight, now)));
    const granted = weight === 0 || wait === 0;
    const marks = granted && weight > 0 ? meters.map((meter) => meter.take(weight, now)) : [];
    if (marks.length > 0) this.#keep(key, limits, meters);
    const remaining = Math.min(...meters.map((meter) => meter.left(now)));
    return granted ? { granted, remaining, receipt: [weight, now, ...marks].join() } : { granted, remaining, wait };
  }

  #giveBack(key: string, receipt: string, limits: readonly SharedLimit[]): void {
    const now = this.#records.now();
    const [weight = Number.NaN, at = Number.NaN, ...marks] = receipt.split(',').map(Number);
    if (Number.isNaN(weight + at)) return;
    const meters = this.#meters(key, limits);
    for (const [index, mark] of marks.entries()) meters[index]?.giveBack({ weight, at, mark }, now);
    if (marks.length > 0) this.#keep(key, limits, meters);
  }

  #meters(key: string, limits: readonly SharedLimit[]): readonly MemoryMeter[] {
    return this.#records.find<readonly MemoryMeter[]>(this.#key(key, limits)) ?? limits.map(meterOf);
  }

  #keep(key: string, limits: readonly SharedLimit[], meters: readonly MemoryMeter[]): void {
    this.#records.keep(this.#key(key, limits), meters, Math.max(...meters.map(({ until }) => until)));
  }

  #key(key: string, limits: readonly SharedLimit[]): string {
    const terms = limits.map(({ algorithm, limit, per, burst = limit }) => [algorithm, limit, per, burst].join());
    return recordKey(this.#prefix, 'permits', key, ...terms);
  }
}
