import { type Finding, rowOf } from '../harness/finding.js';
import type { Call, Subject } from '../harness/question.js';
import { bareCaches, caches } from '../peers/caches.js';
import { memoryReached } from './heap.js';

/** An object with one field, as small as values get. Nobody here adds up what the calls answer. */
const load = (async () => ({ id: 42 })) as unknown as Call;

/** What one of very many cached values occupies: all that was not there before the cache was made, key and value included. */
export async function whatACachedValueCosts(values: number, rounds: number): Promise<Finding> {
  const contestants = [...bareCaches(freshIds, values), ...caches(freshIds, values)];
  const bytes = new Map<Subject, number[]>(contestants.map((subject) => [subject, []]));
  const unkept: number[] = [];
  for (let round = 0; round < rounds; round++) {
    unkept.push(await bytesOfArrays(values));
    for (const subject of contestants) bytes.get(subject)?.push(await bytesOfCache(subject, values));
  }
  return {
    id: 'cached-bytes',
    asks: `${values.toLocaleString('en')} cached values: how much does one hold, its key and itself included?`,
    unit: 'bytes',
    rows: [
      rowOf('keys and values in two arrays', 'bare', unkept),
      ...contestants.map((subject) => rowOf(subject.name, subject.role, bytes.get(subject) ?? [])),
    ],
  };
}

/** Nobody but the cache holds the ids; they are short enough to be of one piece. */
function freshIds(): () => string {
  let latest = 100_000_000;
  return () => `id-${latest++}`;
}

async function bytesOfCache(subject: Subject, values: number): Promise<number> {
  const before = await memoryReached();
  const call = subject.protect(load, 0);
  for (let asked = 0; asked < values; asked++) await call();
  const bytes = (await memoryReached()) - before;
  await call(); // so that all of it was still in use
  return bytes / values;
}

async function bytesOfArrays(values: number): Promise<number> {
  const nextId = freshIds();
  const before = await memoryReached();
  const ids = Array.from({ length: values }, nextId);
  const kept: unknown[] = Array(values).fill(undefined);
  for (let index = 0; index < values; index++) kept[index] = await load();
  const bytes = (await memoryReached()) - before;
  if (ids.length !== kept.length) throw new Error('a value without a key');
  return bytes / values;
}
