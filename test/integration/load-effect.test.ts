import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ServerProcess } from './effect/server-process.js';
import { queueLimits } from './load-effect/capacity.js';
import { patience } from './load-effect/client.js';
import { adoptOrNot, boundOrNot, fromAbove, newestOrOldest, throttledOrNot } from './load-effect/clients.js';
import { courses } from './load-effect/courses.js';
import { compare, type Seen, type Server } from './load-effect/experiment.js';
import { type Counts, type Row, tableOf } from './load-effect/figures.js';

/** What the machine may add to a time: no figure here is about speed. */
const slack = 1000;

const rows: Row[] = [];
let granting: readonly Server[];
let patient: readonly Server[];
let refusing: readonly Server[];

beforeAll(async () => {
  granting = await start(3, 'serve-quota.ts');
  patient = await start(8, 'serve-workers.ts', queueLimits.long);
  refusing = await start(2, 'serve-workers.ts', queueLimits.short);
}, 120_000);

afterAll(async () => {
  if (process.env.HOLDFAST_SHOW) console.log(tableOf(rows));
  await Promise.all([...granting, ...patient, ...refusing].map((server) => server[Symbol.asyncDispose]()));
});

describe('a server that grants 60 % of the load', () => {
  const seen = comparison('60 % granted', courses.quota, adoptOrNot, () => granting);

  it('is not knocked at in vain by a client that adopts what it tells', () => {
    expect(seen()['retry, adopt'].standing.refusals).toBeLessThan(0.1);
    expect(seen()['retry, adopt'].standing.requests).toBeLessThan(0.8);
  });

  it('is by clients that retry, also within a limit of their own that is too generous', () => {
    for (const client of ['retry', 'retry, own limit'] as const) {
      expect(seen()[client].standing.refusals).toBeGreaterThan(0.4);
      expect(seen()[client].standing.requests).toBeGreaterThan(1);
    }
  });

  it('answers as many of the calls whether they knock or wait', () => {
    for (const { standing } of Object.values<Seen>(seen())) expect(standing.answered).toBeGreaterThan(0.4);
  });

  it('shows what waiting costs, and what it spares: answers come later, failures at once', () => {
    const { retry, 'retry, adopt': adopt } = seen();

    expect(adopt.standing.timeToAnswer.median).toBeGreaterThan(retry.standing.timeToAnswer.median + 300);
    expect(adopt.standing.timeToFailure.median).toBeLessThan(retry.standing.timeToFailure.median - 300);
  });
});

describe('load at 1.6 times what a server can do', () => {
  const seen = comparison('1.6 times', courses.overload, boundOrNot, () => patient);

  it('leaves hardly anybody an answer, once it stands, where nothing bounds what is in flight', () => {
    expect(seen()['no bound'].standing.answered).toBeLessThan(0.25);
    expect(seen()['no bound'].standing.abandoned).toBeGreaterThan(0.15);
    expect(seen()['no bound'].standing.used).toBeLessThan(seen().fixed.standing.used - 0.15);
  });

  it.each(['fixed', 'gradient2', 'vegas', 'aimd'] as const)(
    'leaves most an answer behind a bulkhead with a queue: %s',
    (client) => {
      expect(seen()[client].standing.answered).toBeGreaterThan(0.4);
      expect(seen()[client].standing.abandoned).toBeLessThan(0.1);
      expect(seen()[client].standing.requests).toBeLessThan(0.8);
    },
  );

  it('leaves as many an answer without a queue, and tells the others at once', () => {
    const { fixed, 'fixed, no queue': none } = seen();

    expect(none.standing.answered).toBeGreaterThan(0.4);
    expect(none.standing.timeToFailure.median).toBeLessThan(fixed.standing.timeToFailure.median - 500);
  });

  it('shows what a bound costs: a short overload is better outlived in the queue of the server', () => {
    expect(seen()['no bound'].onset.answered).toBeGreaterThan(seen().fixed.onset.answered + 0.1);
  });

  it('is not seen in time by a throttle, where failures are timeouts', () => {
    expect(seen().throttle.standing.answered).toBeLessThan(seen().fixed.standing.answered - 0.15);
  });

  it('is at the cost of those who matter least, where the bulkhead knows who that is', () => {
    const { critical, normal, low } = seen()['fixed, priorities'].standing.answeredOf;

    expect(critical).toBeGreaterThan(0.85);
    expect(critical - low).toBeGreaterThan(0.4);
    expect(normal - low).toBeGreaterThan(0.2);
  });

  it('is at the cost of all alike, where it does not', () => {
    const { critical, low } = seen().fixed.standing.answeredOf;

    expect(critical).toBeLessThan(0.85);
    expect(Math.abs(critical - low)).toBeLessThan(0.3);
  });
});

describe('the same load', () => {
  const clients = { ...newestOrOldest, ...fromAbove, ...throttledOrNot };
  const seen = comparison('1.6 times, again', courses.overload, clients, () => [...patient.slice(0, 7), ...refusing]);

  it('is answered much sooner when a standing queue serves the newest first', () => {
    const { 'fixed, again': newest, 'fixed, fifo': oldest } = seen();

    expect(oldest.standing.answered).toBeGreaterThan(0.4);
    expect(newest.standing.timeToAnswer.median).toBeLessThan(oldest.standing.timeToAnswer.median - 500);
  });

  it('is hardly answered at all when the oldest go first and their wait leaves no time for the answer', () => {
    expect(seen()['fixed, fifo, maxWait 1.9 s'].standing.answered).toBeLessThan(0.3);
  });

  it('is worked on in vain while a limit is still on its way down, and less so the sooner it comes down', () => {
    const { 'gradient2 from 80': slow, 'gradient2 from 80, 200 ms': soon, 'aimd from 80, 200 ms': aimd } = seen();

    expect(soon.standing.abandoned).toBeLessThan(slow.standing.abandoned);
    expect(aimd.standing.abandoned).toBeLessThan(slow.standing.abandoned);
  });

  it('is answered as well with fewer requests where a throttle stands before a server that refuses soon', () => {
    const { retry, 'retry, throttle': throttled } = seen();

    expect(throttled.standing.answered).toBeGreaterThan(0.4);
    expect(throttled.standing.requests).toBeLessThan(retry.standing.requests - 0.2);
    expect(throttled.standing.refusals).toBeLessThan(retry.standing.refusals - 0.2);
  });
});

/** Runs a comparison before the tests of a group; gives what came of it. Where the machine stood still, nothing did. */
function comparison<Name extends string>(
  load: string,
  course: Parameters<typeof compare>[0],
  clients: Parameters<typeof compare<Name>>[1],
  servers: () => readonly Server[],
): () => Readonly<Record<Name, Seen>> {
  let seen: Readonly<Record<Name, Seen>> | undefined;
  const parts = () => seen as Readonly<Record<Name, Seen>>;

  beforeAll(async () => {
    seen = await compare(course, clients, servers());
    for (const [client, each] of Object.entries<Seen>(seen ?? {})) rows.push({ load, client, ...each });
  }, 60_000);

  beforeEach(({ skip }) => skip(seen === undefined, 'the machine stood still again and again'));

  it('is over for every caller when their patience is', () => {
    const figures = Object.values<Seen>(parts()).flatMap(({ onset, standing }) => [onset, standing]);
    const times = figures.flatMap(({ timeToAnswer, timeToFailure }) => [timeToAnswer.longest, timeToFailure.longest]);

    expect(times.filter((longest) => longest > patience + slack)).toEqual([]);
  });

  return parts;
}

function start(count: number, module: string, ...args: readonly number[]): Promise<readonly Server[]> {
  const file = new URL(`./load-effect/${module}`, import.meta.url);
  const one = () => ServerProcess.start<'count', Counts>(file, args.map(String));
  return Promise.all(Array.from({ length: count }, one));
}
