import { setTimeout as sleep } from 'node:timers/promises';
import { inTurn } from '../harness/interleave.js';
import { median } from '../harness/median.js';
import { startWatch } from '../harness/stopwatch.js';
import type { Get, HttpSubject } from './http-subject.js';
import type { RunningServer } from './running-server.js';

/** How much everybody is asked to do. */
export interface HttpEffort {
  /** Requests of each client before anything counts. */
  readonly warmUp: number;
  /** Requests of one sample. */
  readonly sample: number;
  /** Samples of each client. */
  readonly rounds: number;
}

/** What a client showed: medians, and how many times that of bare axios they are. */
export interface Shown {
  readonly subject: HttpSubject;
  /** Microseconds of processor time per request, those of the client alone. */
  readonly cpu: number;
  readonly cpuTimesBare: number;
  /** Requests per second. */
  readonly rate: number;
  readonly rateTimesBare: number;
}

interface Contestant {
  readonly subject: HttpSubject;
  readonly get: Get;
  readonly cpu: number[];
  readonly rate: number[];
}

/** Lets all clients send requests by turns, so many at a time, that whatever disturbs the machine disturbs all of them. */
export async function takeTurns(
  subjects: readonly HttpSubject[],
  server: RunningServer,
  { inFlight, effort }: { readonly inFlight: number; readonly effort: HttpEffort },
): Promise<Shown[]> {
  const clients = subjects.map((subject) => subject.open(server.origin, { timeout: 30_000, delay: 100 }));
  const contestants = clients.map(({ get }, index): Contestant => {
    return { subject: subjects[index] as HttpSubject, get, cpu: [], rate: [] };
  });
  const before = await server.seen();
  for (const { get } of contestants) await send(get, effort.warmUp, inFlight);
  for (let round = 0; round < effort.rounds; round++) {
    for (const each of inTurn(contestants, round)) await sample(each, effort.sample, inFlight);
  }
  const sent = contestants.length * (effort.warmUp + effort.rounds * effort.sample);
  const seen = (await server.seen()) - before;
  if (seen !== sent) throw new Error(`the server has seen ${seen} of ${sent} requests: not everybody did the same`);
  for (const { close } of clients) await close();
  return contestants.map((each) => shown(each, contestants[0] as Contestant));
}

/** The young garbage of the one before is gone, and what it left to be done has been done. */
async function sample({ get, cpu, rate }: Contestant, times: number, inFlight: number): Promise<void> {
  await sleep(1);
  global.gc?.({ type: 'minor' });
  const started = performance.now();
  const elapsed = startWatch();
  await send(get, times, inFlight);
  cpu.push((elapsed() * 1_000) / times);
  rate.push((times * 1_000) / (performance.now() - started));
}

/** How many different paths there are: more than any cache of a client keeps. */
const numberOfPaths = 20_000;
let latest = 0;

/** Sends so many requests, so many of them at the same time; each is for something else than those before it. */
async function send(get: Get, times: number, inFlight: number): Promise<void> {
  let left = times;
  let sum = 0;
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      latest = (latest + 1) % numberOfPaths;
      const answer = await get(`/answer?id=${latest}`);
      sum += answer; // in one step: `+=` around an await would read the sum before it
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  if (sum !== 42 * times) throw new Error(`the answers are ${sum / times} instead of 42`);
}

function shown({ subject, cpu, rate }: Contestant, bare: Contestant): Shown {
  return {
    subject,
    cpu: median(cpu),
    cpuTimesBare: median(cpu.map((value, round) => value / (bare.cpu[round] as number))),
    rate: median(rate),
    rateTimesBare: median(rate.map((value, round) => value / (bare.rate[round] as number))),
  };
}
