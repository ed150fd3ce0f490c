import { median } from './median.js';
import type { Role } from './question.js';

/** What one subject showed: a value, and where it makes sense, how many times the bare call that is. */
export interface Row {
  readonly subject: string;
  readonly role: Role | 'bare';
  readonly value: number;
  readonly timesBare?: number;
  /** The least and the most that single runs gave; of `timesBare` where there is one. */
  readonly low: number;
  readonly high: number;
}

/** The answer to a question. */
export interface Finding {
  readonly id: string;
  readonly asks: string;
  readonly unit: 'ns' | 'µs' | 'ms' | 'bytes' | '/s' | '%';
  readonly rows: readonly Row[];
}

/** The row of a subject that was measured several times. */
export function rowOf(subject: string, role: Row['role'], values: readonly number[]): Row {
  return { subject, role, value: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Joins the findings of several runs of one question: medians, with the span of the runs beside them. */
export function joinRuns(runs: readonly Finding[]): Finding {
  const [first] = runs;
  if (!first) throw new RangeError('no run to join');
  return { ...first, rows: first.rows.map((row, index) => joinRows(runs.map((run) => run.rows[index] ?? row))) };
}

function joinRows(rows: readonly Row[]): Row {
  const values = rows.map((row) => row.value);
  const times = rows.flatMap((row) => row.timesBare ?? []);
  const span = times.length > 0 ? times : values;
  const joined = { ...(rows[0] as Row), value: median(values), low: Math.min(...span), high: Math.max(...span) };
  return times.length > 0 ? { ...joined, timesBare: median(times) } : joined;
}
