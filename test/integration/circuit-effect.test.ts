import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patience } from './circuit-effect/client.js';
import { compare, faults, type Supplier } from './circuit-effect/experiment.js';
import { type Figures, tableOf } from './circuit-effect/figures.js';
import { ServerProcess } from './effect/server-process.js';

/** What the machine may add to a time: no figure here is about speed. */
const slack = 1000;

/** Leaves a caller time for a slow answer after the wait. */
const maxWait = patience - 400;

/** Each comparison is of clients that differ in one thing. */
const waitOrNot = { refusing: {}, waiting: { maxWait } } as const;
const settledOrStarted = { settled: {}, started: { rateOver: 'started' } } as const;
const settledOrStartedWaiting = {
  'settled, waiting': { maxWait },
  'started, waiting': { maxWait, rateOver: 'started' },
} as const;

const rows: (readonly [fault: string, client: string, figures: Figures])[] = [];
let suppliers: readonly Supplier[];

beforeAll(async () => {
  suppliers = await Promise.all([startSupplier(), startSupplier()]);
}, 60_000);

afterAll(async () => {
  if (process.env.HOLDFAST_SHOW) console.log(tableOf(rows));
  await Promise.all(suppliers.map((supplier) => supplier[Symbol.asyncDispose]()));
});

describe('a second of 503', () => {
  const seen = comparison('a second of 503', faults.blip, waitOrNot);

  it('is outlived by calls that wait, and by few that are refused', () => {
    expect(seen().waiting.answered).toBeGreaterThan(0.9);
    expect(seen().refusing.answered).toBeLessThan(0.5);
  });

  it('takes no more requests when calls wait: they are sent when they can be answered', () => {
    expect(seen().waiting.requests).toBeLessThan(1);
    expect(seen().waiting.requestsInAll).toBeLessThan(1.5);
  });
});

describe('a supplier that is down for a second', () => {
  const seen = comparison('a second down', faults.down, waitOrNot);

  it('is outlived by calls that wait, and by few that are refused', () => {
    expect(seen().waiting.answered).toBeGreaterThan(0.7);
    expect(seen().refusing.answered).toBeLessThan(0.4);
  });

  it('is knocked at by few of the calls, whether they wait or not', () => {
    expect(seen().waiting.requests).toBeLessThan(0.5);
    expect(seen().refusing.requests).toBeLessThan(0.5);
  });
});

describe('a supplier that is down for longer than callers have patience', () => {
  const seen = comparison('three seconds down', faults.downForLong, waitOrNot);

  it('costs those who wait only the calls whose patience ends before it is back', () => {
    expect(seen().waiting.answered).toBeGreaterThan(0.2);
    expect(seen().refusing.answered).toBeLessThan(0.1);
  });

  it('is knocked at by few of the calls, whether they wait or not', () => {
    expect(seen().waiting.requests).toBeLessThan(0.5);
    expect(seen().refusing.requests).toBeLessThan(0.5);
  });

  it('shows what waiting costs: those who fail learn it later', () => {
    expect(seen().waiting.timeToFailure.median).toBeGreaterThan(patience / 2);
    expect(seen().refusing.timeToFailure.median).toBeLessThan(patience / 2);
  });
});

describe('a supplier that hangs', () => {
  const seen = comparison('hanging', faults.hanging, waitOrNot);

  it('is outlived by calls that wait, and by few that are refused', () => {
    expect(seen().waiting.answered).toBeGreaterThan(0.4);
    expect(seen().refusing.answered).toBeLessThan(0.15);
  });

  it('takes no more requests when calls wait', () => {
    expect(seen().waiting.requests).toBeLessThan(1);
  });
});

describe('40 % of 503 while all other answers are ten times slower', () => {
  const seen = comparison('40 % of 503, slow', faults.brownout, settledOrStarted);
  const seenWaiting = comparison('40 % of 503, slow', faults.brownout, settledOrStartedWaiting);

  it('looks like an outage to a circuit that counts settled calls, and to none that counts started ones', () => {
    expect(seen().settled.openings).toBeGreaterThan(0);
    expect(seen().started.openings).toBe(0);
  });

  it('lets many more calls be answered when their circuit counts started ones', () => {
    expect(seen().started.answered - seen().settled.answered).toBeGreaterThan(0.15);
  });

  it('makes calls wait for nothing when their circuit counts settled ones', () => {
    const settled = seenWaiting()['settled, waiting'];
    const started = seenWaiting()['started, waiting'];

    expect([settled.openings > 0, started.openings]).toEqual([true, 0]);
    expect(settled.timeToAnswer.median).toBeGreaterThan(1.2 * started.timeToAnswer.median);
  });
});

describe('a supplier that hangs, with more calls in flight than the window holds', () => {
  const seen = comparison('hanging', faults.hanging, settledOrStarted);

  it('shows what counting started calls costs: the circuit stays closed, and all go on asking', () => {
    const { settled, started } = seen();

    expect(settled.openings).toBeGreaterThan(0);
    expect(started.openings).toBe(0);
    expect(started.requests).toBeGreaterThan(settled.requests);
  });
});

function startSupplier(): Promise<Supplier> {
  return ServerProcess.start(new URL('./circuit-effect/serve.ts', import.meta.url));
}

/** Runs a comparison before the tests of a group; gives what came of it. Where the machine stood still, nothing did. */
function comparison<Name extends string>(...[name, fault, clients]: Comparison<Name>): () => Record<Name, Figures> {
  let seen: Readonly<Record<Name, Figures>> | undefined;
  const figures = () => seen as Readonly<Record<Name, Figures>>;

  beforeAll(async () => {
    seen = await compare(fault, clients, suppliers);
    for (const [client, each] of Object.entries<Figures>(seen ?? {})) rows.push([name, client, each]);
  }, 60_000);

  beforeEach(({ skip }) => skip(seen === undefined, 'the machine stood still again and again'));

  it(`is over for every caller when its patience is: ${Object.keys(clients).join(' or ')}`, () => {
    const times = Object.values<Figures>(figures()).flatMap(({ timeToAnswer, timeToFailure }) => [
      timeToAnswer.longest,
      timeToFailure.longest,
    ]);

    expect(times.filter((longest) => longest > patience + slack)).toEqual([]);
  });

  return figures;
}

type Comparison<Name extends string> = [
  name: string,
  fault: Parameters<typeof compare>[0],
  clients: Parameters<typeof compare<Name>>[1],
];
