import { setImmediate as breathe } from 'node:timers/promises';
import type { Finding, Row } from './finding.js';
import { atOnce, type Loop, loopFor } from './loop.js';
import { median } from './median.js';
import { answer, type Call, keepCompany, type Question } from './question.js';
import { startWatch } from './stopwatch.js';

/** How much time a question gets. */
export interface Effort {
  /** Milliseconds that each subject runs before anything counts. */
  readonly warmUp: number;
  /** Milliseconds of one sample, about. */
  readonly sample: number;
  /** Samples of each subject. */
  readonly rounds: number;
}

interface Contestant {
  readonly subject: string;
  readonly role: Row['role'];
  readonly call: Call;
  readonly loop: Loop;
  readonly samples: number[];
  /** Calls per sample. */
  times: number;
}

/** Lets all subjects answer the question by turns, so that whatever disturbs the machine disturbs all of them. */
export async function interleave(question: Question, effort: Effort): Promise<Finding> {
  keepCompany(question);
  const contestants = await Promise.all([bare(), ...question.subjects.map((subject) => contestant(question, subject))]);
  for (const each of contestants) await warmUp(each, effort);
  for (let round = 0; round < 2; round++) for (const each of contestants) await sample(each);

  for (let round = 0; round < effort.rounds; round++) {
    for (const each of inTurn(contestants, round)) each.samples.push(await sample(each));
  }
  return { id: question.id, asks: question.asks, unit: 'ns', rows: rowsOf(contestants) };
}

function bare(): Contestant {
  return { subject: 'bare', role: 'bare', call: answer, loop: loopFor('value'), samples: [], times: 1 };
}

async function contestant(question: Question, subject: Question['subjects'][number]): Promise<Contestant> {
  const call = subject.protect(question.makes?.() ?? answer, question.measured ?? 0);
  await question.prepare?.(call);
  const { name, role } = subject;
  return { subject: name, role, call, loop: loopFor(question.ending ?? 'value'), samples: [], times: 1 };
}

/** Runs until the optimizing compiler has had its time, and learns how many calls fit into a sample. */
async function warmUp(contestant: Contestant, effort: Effort): Promise<void> {
  const until = performance.now() + effort.warmUp;
  contestant.times = atOnce;
  do {
    const each = await sample(contestant);
    const fitting = (effort.sample * 1e6) / each;
    contestant.times = Math.max(atOnce, Math.min(contestant.times * 4, Math.round(fitting / atOnce) * atOnce));
  } while (performance.now() < until);
}

/**
 * Nanoseconds of processor time per call. Timers that are due have fired, and the young garbage of the one before is
 * gone. A full collection would do harm: it forgets the shapes of objects of which none is alive, and with them the code
 * compiled for them, which doubles what some peers cost.
 */
async function sample({ subject, call, loop, times }: Contestant): Promise<number> {
  await breathe();
  global.gc?.({ type: 'minor' });
  const elapsed = startWatch();
  const sum = await loop(call, times);
  const spent = elapsed();
  if (sum !== 42 * times) throw new Error(`${subject} answered ${sum / times} instead of 42`);
  return (spent * 1e6) / times;
}

/** Another one begins in each round, and every second round goes the other way: nobody always follows the same one. */
export function inTurn<T>(contestants: readonly T[], round: number): T[] {
  const first = round % contestants.length;
  const turn = [...contestants.slice(first), ...contestants.slice(0, first)];
  return round % 2 === 0 ? turn : turn.reverse();
}

function rowsOf(contestants: readonly Contestant[]): Row[] {
  const bareSamples = contestants[0]?.samples ?? [];
  return contestants.map(({ subject, role, samples }) => {
    const timesBare = median(samples.map((value, round) => value / (bareSamples[round] as number)));
    return { subject, role, value: median(samples), timesBare, low: timesBare, high: timesBare };
  });
}
