import { type Answer, begunWithin, endedWithin, type Load } from './load.js';
import type { PoliciesAtWork } from './policies-at-work.js';
import { phases } from './script.js';

const coloured = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const [red, green, yellow] = [31, 32, 33];
const paint = (code: number, text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Ten cells that show a share, and the share in words. */
function bar(share: number): string {
  if (Number.isNaN(share)) return `${' '.repeat(10)}   – `;
  const cells = '█'.repeat(Math.round(share * 10)).padEnd(10, '·');
  const text = `${cells} ${`${Math.round(share * 100)} %`.padStart(5)}`;
  return paint(colour(share), text);
}

function colour(share: number): number {
  if (share > 0.95) return green;
  return share > 0.6 ? yellow : red;
}

const ms = (value: number) => (Number.isNaN(value) ? '–' : `${Math.round(value)} ms`).padStart(8);
const cell = (value: number) => (value === 0 ? '·' : String(value)).padStart(8);

/** The phase at a time, in seconds. */
function phaseAt(second: number): string {
  let end = 0;
  for (const { name, seconds } of phases) {
    end += seconds;
    if (second < end) return name;
  }
  return 'after';
}

/** Prints the head of the live table. */
export function printHead(): void {
  console.log(
    `${'  t'.padEnd(5)}${'server'.padEnd(12)}${'protected'.padEnd(17)}${'p95'.padStart(8)}   ${'bare'.padEnd(17)}${'p95'.padStart(8)}` +
      `  ${['retries', 'hits', 'stale', 'waited', 'refused'].map((word) => word.padStart(8)).join('')}  circuit`,
  );
}

/** Prints one second of the outage. */
export function printSecond(second: number, shielded: Load, bare: Load, work: PoliciesAtWork): void {
  const [from, to] = [second * 1000, (second + 1) * 1000];
  const ours = endedWithin(shielded.answers, from, to);
  const theirs = endedWithin(bare.answers, from, to);
  const { retries, hits, stale, waited, refused, circuit } = work.look();
  const shown = circuit === 'closed' ? circuit : paint(circuit === 'open' ? red : yellow, circuit);
  console.log(
    `${String(second).padStart(3)}  ${phaseAt(second).padEnd(12)}${bar(ours.ok)}${ms(ours.p95)}   ${bar(theirs.ok)}${ms(theirs.p95)}` +
      `  ${[retries, hits, stale, waited, refused].map(cell).join('')}  ${shown}`,
  );
}

/** Prints what the same load came to with and without protection, phase by phase. */
export function printSummary(shielded: readonly Answer[], bare: readonly Answer[]): void {
  let from = 0;
  console.log(
    `\nThe same calls, answered:\n${'  phase'.padEnd(16)}${'protected'.padEnd(17)}${'p95'.padStart(8)}   ${'bare'.padEnd(17)}${'p95'.padStart(8)}`,
  );
  for (const { name, seconds } of [...phases, { name: 'all', seconds: Number.POSITIVE_INFINITY }]) {
    const start = name === 'all' ? 0 : from;
    const [ours, theirs] = [
      begunWithin(shielded, start, from + seconds * 1000),
      begunWithin(bare, start, from + seconds * 1000),
    ];
    console.log(`  ${name.padEnd(14)}${bar(ours.ok)}${ms(ours.p95)}   ${bar(theirs.ok)}${ms(theirs.p95)}`);
    from += seconds * 1000;
  }
}
