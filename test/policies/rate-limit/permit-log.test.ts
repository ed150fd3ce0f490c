import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PermitLog } from '../../../src/policies/rate-limit/permit-log.js';

interface Entry {
  time: number;
  weight: number;
}

/** A log beside a plain list of what must be in it. */
class Twin {
  readonly log: PermitLog;
  readonly entries: Entry[];
  readonly gone: number;

  constructor(log = new PermitLog(), entries: Entry[] = [], gone = 0) {
    this.log = log;
    this.entries = entries;
    this.gone = gone;
  }

  push(weight: number): Twin {
    const time = (this.entries.at(-1)?.time ?? 0) + 1;
    this.log.push(time, weight);
    this.entries.push({ time, weight });
    return this;
  }

  extend(weight: number): Twin {
    const last = this.entries.at(-1);
    if (last === undefined) return this;
    last.time += 0.5;
    last.weight += weight;
    this.log.extend(last.time, weight);
    return this;
  }

  lighten(which: number, weight: number): Twin {
    const entry = this.entries[which % Math.max(1, this.entries.length)];
    if (entry === undefined) return this;
    this.log.lighten(this.gone + this.entries.indexOf(entry), weight);
    entry.weight -= Math.min(entry.weight, weight);
    return this;
  }

  shift(): Twin {
    if (this.entries.length === 0) return this;
    this.log.shift();
    return new Twin(this.log, this.entries.slice(1), this.gone + 1);
  }

  copy(): Twin {
    const { log } = this;
    const copy = log.copy();
    log.push(0, 99); // the original goes its own way
    log.lighten(log.first, 99);
    return new Twin(copy, this.entries, this.gone);
  }

  get shown(): Entry[] {
    const { log } = this;
    return Array.from({ length: log.size }, (_, i) => ({
      time: log.timeOf(log.first + i),
      weight: log.weightOf(log.first + i),
    }));
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat(9).map((weight) => (twin: Twin) => twin.push(weight)) },
  { weight: 2, arbitrary: fc.nat(9).map((weight) => (twin: Twin) => twin.extend(weight)) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(20), fc.nat(9)).map((what) => (twin: Twin) => twin.lighten(...what)) },
  { weight: 5, arbitrary: fc.constant((twin: Twin) => twin.shift()) },
  { weight: 1, arbitrary: fc.constant((twin: Twin) => twin.copy()) },
);

describe('a permit log', () => {
  it('is a list that is entered at the end, forgotten from the front, and numbered in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        let twin = new Twin();
        for (const next of steps) {
          twin = next(twin);
          expect(twin.shown).toEqual(twin.entries);
          expect([twin.log.first, twin.log.last]).toEqual([twin.gone, twin.gone + twin.entries.length - 1]);
          expect(twin.log.weight).toBe(twin.entries.reduce((sum, { weight }) => sum + weight, 0));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('loses nothing by fractions, however long it goes on', () => {
    const log = new PermitLog();
    log.push(0, 0.1);
    for (let time = 1; time < 1_000_000; time++) {
      log.push(time, ((time * 0.618034) % 1) * 1e5);
      log.shift();
    }
    expect(Math.abs(log.weight - log.weightOf(log.last))).toBeLessThan(1e-9);
  });
});
