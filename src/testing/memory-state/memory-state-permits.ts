import {
  type PermitAnswer,
  type SharedCall,
  type SharedLimit,
  type SharedPermits,
  sharedChecks,
} from '../../core/index.js';
import { type MemoryMeter, meterOf } from './memory-state-meters.js';
import type { MemoryTable } from './memory-state-table.js';

/** The permits of a memory state. */
export class MemoryPermits implements SharedPermits {
  readonly #table: MemoryTable;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async take(key: string, weight: number, limits: readonly SharedLimit[], call: SharedCall): Promise<PermitAnswer> {
    const by = 'SharedPermits.take()';
    sharedChecks.key(by, key);
    sharedChecks.weight(by, weight);
    sharedChecks.limits(by, limits);
    return this.#table.ask(call, () => this.#take(key, weight, limits));
  }

  async giveBack(key: string, receipt: string, limits: readonly SharedLimit[], call: SharedCall): Promise<void> {
    const by = 'SharedPermits.giveBack()';
    sharedChecks.key(by, key);
    sharedChecks.key(by, receipt, 'receipt');
    sharedChecks.limits(by, limits);
    return this.#table.ask(call, () => this.#giveBack(key, receipt, limits));
  }

  #take(key: string, weight: number, limits: readonly SharedLimit[]): PermitAnswer {
    const now = this.#table.now();
    const meters = this.#meters(key, limits);
    const wait = Math.max(...meters.map((meter) => meter.wait(weight, now)));
    const granted = weight === 0 || wait === 0;
    const marks = granted && weight > 0 ? meters.map((meter) => meter.take(weight, now)) : [];
    if (marks.length > 0) this.#keep(key, limits, meters);
    const remaining = Math.min(...meters.map((meter) => meter.left(now)));
    return granted ? { granted, remaining, receipt: [weight, now, ...marks].join() } : { granted, remaining, wait };
  }

  #giveBack(key: string, receipt: string, limits: readonly SharedLimit[]): void {
    const now = this.#table.now();
    const [weight = Number.NaN, at = Number.NaN, ...marks] = receipt.split(',').map(Number);
    if (Number.isNaN(weight + at)) return;
    const meters = this.#meters(key, limits);
    for (const [index, mark] of marks.entries()) meters[index]?.giveBack({ weight, at, mark }, now);
    if (marks.length > 0) this.#keep(key, limits, meters);
  }

  #meters(key: string, limits: readonly SharedLimit[]): readonly MemoryMeter[] {
    return this.#table.find<readonly MemoryMeter[]>(key, ...limits.map(termsOf)) ?? limits.map(meterOf);
  }

  #keep(key: string, limits: readonly SharedLimit[], meters: readonly MemoryMeter[]): void {
    this.#table.keep(meters, Math.max(...meters.map(({ until }) => until)), key, ...limits.map(termsOf));
  }
}

function termsOf({ algorithm, limit, per, burst = limit }: SharedLimit): string {
  return [algorithm, limit, per, burst].join();
}
