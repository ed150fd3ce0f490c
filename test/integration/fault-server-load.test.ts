import { describe, expect, it } from 'vitest';
import { ServerProcess } from './effect/server-process.js';
import { type Endings, lanes, send } from './fault-server-load/load.js';
import type { State } from './fault-server-load/serve.js';

const requests = 10_000;

describe('a fault server under load', () => {
  it('loses none of 10 000 requests, lets in as many as it has slots and no more, and its memory stays flat', async () => {
    await using server = await ServerProcess.start<object, State>(
      new URL('./fault-server-load/serve.ts', import.meta.url),
    );
    await Promise.all(Array.from({ length: lanes }, () => fetch(`${server.url}/msg?delay=1500`).catch(() => {})));
    await send(server.url, requests); // what it keeps is full now
    const before = await atRest(server);
    const endings = await send(server.url, requests);
    const after = await atRest(server);
    const delta = (of: (state: State) => number) => of(after) - of(before);

    expect(sum(endings)).toBe(requests);
    expect(endings.left).toBeGreaterThan(0);
    expect(delta(({ stats }) => stats.requests)).toBe(requests);
    expect(delta(({ stats }) => stats.answered)).toBe(endings['200']);
    expect(delta(({ stats }) => stats.faults.reset)).toBeGreaterThanOrEqual(endings.reset);
    expect(delta(({ stats }) => ended(stats))).toBe(requests);
    expect(delta(({ stats }) => stats.replayed)).toBeGreaterThan(0);
    expect(lanes).toBeGreaterThan(50);
    expect(after.stats).toMatchObject({
      peakConcurrency: 50,
      concurrency: 0,
      inFlight: 0,
      queued: 0,
      busyWorkers: 0,
      peakBusyWorkers: 50,
    });
    expect(after.stats.remembered).toBe(200);
    expect(after.journaled).toBe(200);
    expect(delta(({ heap }) => heap)).toBeLessThan(2 ** 20);
  }, 120_000);
});

/** Clients may have gone a moment before the server has seen it. */
async function atRest(server: ServerProcess<object, State>): Promise<State> {
  for (;;) {
    const state = await server.tell({});
    if (state.stats.inFlight === 0) return state;
  }
}

function sum(endings: Endings): number {
  return Object.values(endings).reduce((total, count) => total + count, 0);
}

function ended({ answered, failed, refused, timedOut, abandoned }: State['stats']): number {
  return answered + failed + refused + timedOut + abandoned;
}
