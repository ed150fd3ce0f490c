import { type Finding, type Row, rowOf } from '../harness/finding.js';
import { loopFor } from '../harness/loop.js';
import { answer, type Call, keepCompany, type Question } from '../harness/question.js';
import { allocated } from './heap.js';

/** Needs a young generation that holds all that is allocated in between: see `allocationFlags`. */
export const allocationFlags = ['--min-semi-space-size=256', '--max-semi-space-size=256'];

const budget = 64 * 2 ** 20;

/** Bytes that one call allocates, whether they survive it or not: what the garbage collector has to do for it. */
export async function whatACallAllocates(question: Question, rounds: number): Promise<Finding> {
  keepCompany(question);
  const rows: Row[] = [await allocationOf('bare', 'bare', answer, rounds)];
  for (const { name, role, protect } of question.subjects) {
    rows.push(await allocationOf(name, role, protect(answer, question.measured ?? 0), rounds));
  }
  const asks = `How many bytes does a call allocate: ${question.id}?`;
  return { id: `bytes-${question.id}`, asks, unit: 'bytes', rows };
}

async function allocationOf(subject: string, role: Row['role'], call: Call, rounds: number): Promise<Row> {
  const loop = loopFor('value');
  for (let round = 0; round < 10; round++) await loop(call, 2_000); // optimized code may allocate less
  const roughly = Math.max(64, (await allocated(() => loop(call, 2_000))) / 2_000);
  const times = Math.min(100_000, Math.round(budget / roughly));

  const bytes: number[] = [];
  for (let round = 0; round < rounds; round++) bytes.push((await allocated(() => loop(call, times))) / times);
  return rowOf(subject, role, bytes);
}
