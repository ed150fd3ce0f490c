import type { Aim } from '../aims.js';
import type { Finding, Row } from './finding.js';

/** An aim, what was got, and whether that will do. */
export interface Verdict {
  readonly aim: Aim;
  readonly got: number;
  readonly met: boolean;
}

/** Judges the aims for which there is a finding. */
export function judge(aims: readonly Aim[], findings: readonly Finding[]): Verdict[] {
  return aims.flatMap((aim) => {
    const finding = findings.find(({ id }) => id === aim.finding);
    if (!finding) return [];
    const got = reached(aim, finding);
    return { aim, got, met: got <= aim.atMost };
  });
}

/** The verdict as a line: `retry: 2.41 × bare, at most 2.80 · met`. */
export function sentence({ aim, got, met }: Verdict): string {
  const unit = aim.against === 'nothing' ? '' : ` × ${aim.against}`;
  const about = aim.subject === undefined ? aim.finding : `${aim.finding} (${aim.subject})`;
  return `${about}: ${short(got)}${unit}, at most ${short(aim.atMost)} · ${met ? 'met' : 'MISSED'}`;
}

function reached({ against, subject: wanted }: Aim, { id, rows }: Finding): number {
  const ours = rows.find(({ role, subject }) => role === 'ours' && (wanted === undefined || subject === wanted));
  if (!ours) throw new Error(`${id} says nothing about ${wanted ?? 'holdfast'}`);
  switch (against) {
    case 'nothing':
      return ours.value;
    case 'bare':
      return ours.timesBare ?? Number.NaN;
    case 'limit':
      return ours.value / least(rows, 'limit');
    case 'best peer':
      return ours.value / least(rows, 'peer');
  }
}

function least(rows: readonly Row[], role: Row['role']): number {
  const values = rows.filter((row) => row.role === role).map(({ value }) => value);
  if (values.length === 0) throw new Error(`there is no ${role} to compare with`);
  return Math.min(...values);
}

/** Three digits are all that a measurement has. */
export function short(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toString();
  return value.toFixed(value >= 10 ? 1 : 2);
}
