import { begunWithin, type Digest, endedWithin, type Load } from './load.js';
import type { Opening, Work } from './policies-at-work.js';
import { phaseAt, phases } from './script.js';

const coloured = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const [red, green, yellow] = [31, 32, 33];
const paint = (code: number, text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

/** The counts that the live table shows, with the width of each. */
const columns: readonly (readonly [keyof Work, number])[] = [
  ['retries', 9],
  ['hits', 6],
  ['stale', 7],
  ['waited', 8],
  ['refused', 9],
];

const clients = `${'protected'.padEnd(15)}${'p95'.padStart(8)}   ${'bare'.padEnd(15)}${'p95'.padStart(8)}`;

/** Prints the head of the live table. */
export function printHead(): void {
  const words = columns.map(([word, width]) => word.padStart(width)).join('');
  console.log(`  s  ${'supplier'.padEnd(12)}${clients}${words}  circuit`);
}

/** One second of the outage: what the policies did in it, and how the circuit was at its end. */
export interface Second {
  readonly number: number;
  readonly work: Work;
  readonly circuit: string;
}

/** Prints one second: the calls that came to their end in it, beside what the policies did. */
export function printSecond({ number, work, circuit }: Second, protectedLoad: Load, bareLoad: Load): void {
  const [from, to] = [number * 1000, (number + 1) * 1000];
  const both = pair(endedWithin(protectedLoad.results, from, to), endedWithin(bareLoad.results, from, to));
  const counts = columns.map(([name, width]) => (work[name] === 0 ? '·' : String(work[name])).padStart(width)).join('');
  const state = circuit === 'closed' ? circuit : paint(red, circuit);
  console.log(`${String(number + 1).padStart(3)}  ${phaseAt(number).padEnd(12)}${both}${counts}  ${state}`);
}

/** Prints what the same calls came to with and without protection, by the phase in which they came in. */
export function printSummary(protectedLoad: Load, bareLoad: Load): void {
  console.log(
    `\nThe same calls, by the phase in which they came in (a substitute from a fallback is no answer):\n\n  ${'phase'.padEnd(13)}${clients}`,
  );
  let from = 0;
  for (const { name, seconds } of phases) {
    printPhase(name, from, from + seconds * 1000);
    from += seconds * 1000;
  }
  printPhase('all', 0, Number.POSITIVE_INFINITY);

  function printPhase(name: string, start: number, end: number): void {
    const digests = [protectedLoad, bareLoad].map(({ results }) => begunWithin(results, start, end)) as [
      Digest,
      Digest,
    ];
    console.log(`  ${name.padEnd(13)}${pair(...digests)}`);
  }
}

/** Prints all that the policies did. */
export function printWork(total: Work, openings: readonly Opening[]): void {
  const counts = Object.entries(total).map(([name, times]) => `${times} ${name}`);
  console.log(`\nWhat the policies did: ${counts.join(', ')}.`);
  for (const { at, trials, closedAt } of openings) {
    const end = closedAt === undefined ? 'not closed again' : `closed at ${closedAt.toFixed(1)} s`;
    console.log(`The circuit: open at ${at.toFixed(1)} s, ${trials} ${trials === 1 ? 'trial' : 'trials'}, ${end}.`);
  }
}

/** Prints how many requests a client's calls came to. */
export function printCost(client: string, { calls }: Load, requests: number): void {
  console.log(`  ${client.padEnd(10)} ${requests} for ${calls} calls, ${(requests / calls).toFixed(2)} each`);
}

function pair(ours: Digest, theirs: Digest): string {
  return `${bar(ours.ok)}${ms(ours.p95)}   ${bar(theirs.ok)}${ms(theirs.p95)}`;
}

/** Ten cells that show a share, and the share in figures. */
function bar(share: number): string {
  if (Number.isNaN(share)) return '–'.padStart(15);
  const cells = '█'.repeat(Math.round(share * 10)).padEnd(10, '·');
  return paint(colour(share), `${cells}${`${Math.round(share * 100)}%`.padStart(5)}`);
}

function colour(share: number): number {
  if (share > 0.95) return green;
  return share > 0.6 ? yellow : red;
}

function ms(value: number): string {
  return (Number.isNaN(value) ? '–' : `${Math.round(value)} ms`).padStart(8);
}
