import { timeout } from '../cases/what-does-a-timeout-cost.js';
import { type Finding, rowOf } from '../harness/finding.js';
import { answer, type Call, type Subject } from '../harness/question.js';
import { startWatch } from '../harness/stopwatch.js';
import { heapReached } from './heap.js';

interface Flight {
  readonly arm: number;
  readonly settle: number;
  readonly both: number;
  readonly bytes: number;
}

interface Waiting {
  readonly promise: Promise<number>;
  readonly resolve: (value: number) => void;
}

/** What many calls at once cost, each with a timeout of thirty seconds over it: to start, to end, and in between. */
export async function whatACallInFlightCosts(inFlight: number, rounds: number): Promise<Finding[]> {
  const subjects = [{ name: 'bare', role: 'bare', protect: (fn: Call) => fn } as const, ...timeout.subjects];
  const pilots = subjects.map((subject) => ({ subject, fly: pilot(subject.protect), flights: [] as Flight[] }));
  for (let round = 0; round < rounds + 3; round++) {
    for (const { fly, flights } of pilots) {
      const flight = await fly(inFlight);
      if (round >= 3) flights.push(flight);
    }
  }

  const finding = (part: keyof Flight, unit: Finding['unit'], asks: string): Finding => ({
    id: `in-flight-${part}`,
    asks: `${inFlight.toLocaleString('en')} calls in flight, each with a timeout: ${asks}?`,
    unit,
    rows: pilots.map(({ subject: { name, role }, flights }) => {
      const values = flights.map((flight) => flight[part]);
      return rowOf(name, role, values);
    }),
  });
  return [
    finding('arm', 'ns', 'what does starting one cost'),
    finding('settle', 'ns', 'what does ending one cost'),
    finding('both', 'ns', 'what do starting and ending one cost'),
    finding('bytes', 'bytes', 'how much of the heap does one hold'),
  ];
}

function pilot(protect: Subject['protect']): (inFlight: number) => Promise<Flight> {
  let waiting: Waiting[] = [];
  let next = 0;
  const call = protect(() => (waiting[next++] as Waiting).promise, 30_000);
  const keepsShapes = protect(() => new Promise(() => {}), 3_600_000)(); // see `sample` in harness/interleave.ts
  keepsShapes.catch(() => undefined);

  return (inFlight) => {
    waiting = Array.from({ length: inFlight }, hold);
    next = 0;
    return flyOnce(call, waiting);
  };
}

async function flyOnce(call: Call, waiting: readonly Waiting[]): Promise<Flight> {
  const count = waiting.length;
  const calls: Promise<number>[] = Array(count).fill(answer());
  const before = await heapReached();

  const arming = startWatch();
  for (let i = 0; i < count; i++) calls[i] = call();
  const armed = arming();
  const held = (await heapReached()) - before;

  const settling = startWatch();
  for (const { resolve } of waiting) resolve(42);
  await calls[count - 1];
  const settled = settling();
  if (new Set(await Promise.all(calls)).size !== 1) throw new Error('not every call answered 42');

  const arm = (armed * 1e6) / count;
  const settle = (settled * 1e6) / count;
  return { arm, settle, both: arm + settle, bytes: held / count };
}

function hold(): Waiting {
  let resolve: Waiting['resolve'] = () => {};
  const promise = new Promise<number>((take) => {
    resolve = take;
  });
  return { promise, resolve };
}
