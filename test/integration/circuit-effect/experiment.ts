import { setTimeout as wait } from 'node:timers/promises';
import { Load } from '../effect/load.js';
import type { ServerProcess } from '../effect/server-process.js';
import { undisturbed } from '../effect/undisturbed.js';
import { Client, type Difference } from './client.js';
import { type Figures, figuresOf } from './figures.js';
import type { Condition } from './serve.js';

/** A server that fails on command. */
export type Supplier = ServerProcess<Condition>;

/** What goes wrong, and for how many milliseconds. */
export interface Fault {
  readonly condition: Condition;
  readonly lasts: number;
}

/** What a supplier goes through. */
export const faults = {
  /** Everything is answered with 503. */
  blip: { condition: [{ status: 503 }], lasts: 1000 },
  /** Some are answered with 503 at once, all others ten times slower than usual. */
  brownout: {
    condition: [
      { status: 503, rate: 0.4 },
      { kind: 'latency', latency: '360ms' },
    ],
    lasts: 2500,
  },
  /** Connections are refused. */
  down: { condition: 'down', lasts: 1000 },
  /** The same, for longer than anybody has patience. */
  downForLong: { condition: 'down', lasts: 3000 },
  /** Requests are taken and never answered; healed halfway between the first two trials. */
  hanging: { condition: [{ kind: 'hang' }], lasts: 1500 },
} as const satisfies Record<string, Fault>;

/** Calls of each client that come in each second. */
const callsPerSecond = 120;

/** How long all is well before a fault and after it, in milliseconds. */
const calm = 600;

/** Lets clients go through the same fault, each with a supplier of its own, at the same time: what the machine does meets them alike. Undefined if it did too much. */
export function compare<Name extends string>(
  fault: Fault,
  clients: Readonly<Record<Name, Difference>>,
  suppliers: readonly Supplier[],
): Promise<Readonly<Record<Name, Figures>> | undefined> {
  return undisturbed(async () => {
    const runs = Object.entries<Difference>(clients).map(async ([name, difference], index) => [
      name,
      await goThrough(fault, difference, suppliers[index] as Supplier),
    ]);
    return Object.fromEntries(await Promise.all(runs));
  }, suppliers);
}

async function goThrough({ condition, lasts }: Fault, difference: Difference, supplier: Supplier): Promise<Figures> {
  await using client = new Client(supplier.url, difference);
  const load = new Load(client.call, callsPerSecond);
  await wait(calm);
  await supplier.tell(condition);
  supplier.longestStall = 0;
  const from = performance.now();
  await wait(lasts);
  const to = performance.now();
  const { openings } = client;
  await supplier.tell([]);
  await wait(calm);
  const results = await load.stop();
  return figuresOf({ results, requests: client.requests, openings }, { from, to });
}
