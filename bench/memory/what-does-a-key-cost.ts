import { type Finding, rowOf } from '../harness/finding.js';
import { loopFor } from '../harness/loop.js';
import { answer, type Subject } from '../harness/question.js';
import { startWatch } from '../harness/stopwatch.js';
import { heapReached } from './heap.js';

interface Price {
  readonly time: number;
  readonly bytes: number;
}

/** Something of which there is one for every id. */
export interface PerId {
  /** What there is one of, as in `key-limiter`. */
  readonly name: string;
  readonly subjects: (nextId: () => string) => readonly Subject[];
}

/** What one more id occupies, its own string not counted, and what a call for one of many ids takes. */
export async function whatAKeyCosts({ name, subjects }: PerId, keys: number, rounds: number): Promise<Finding[]> {
  const ids = Array.from({ length: keys }, (_, index) => `id-${index}`);
  const prices = new Map<Subject, Price[]>();
  let latest = 0;
  const contestants = subjects(() => ids[latest++ % keys] as string);

  for (let round = 0; round <= rounds; round++) {
    for (const subject of contestants) {
      const price = await priceOf(subject, keys);
      if (round > 0) prices.set(subject, [...(prices.get(subject) ?? []), price]);
    }
  }
  const finding = (part: keyof Price, unit: Finding['unit'], asks: string): Finding => ({
    id: `key-${name}-${part}`,
    asks: `One ${name} for each of ${keys.toLocaleString('en')} ids: ${asks}?`,
    unit,
    rows: contestants.map((subject) => {
      const values = prices.get(subject)?.map((price) => price[part]) ?? [];
      return rowOf(subject.name, subject.role, values);
    }),
  });
  return [
    finding('time', 'ns', 'what does a call cost'),
    finding('bytes', 'bytes', 'how much of the heap does one hold'),
  ];
}

/** The first call for each id makes what there is one of; the second finds it. */
async function priceOf(subject: Subject, keys: number): Promise<Price> {
  const loop = loopFor('value');
  const call = subject.protect(answer, keys);
  const before = await heapReached();
  await loop(call, keys);
  const bytes = ((await heapReached()) - before) / keys;

  const elapsed = startWatch();
  await loop(call, keys);
  return { time: (elapsed() * 1e6) / keys, bytes };
}
