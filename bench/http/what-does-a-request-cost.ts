import type { Finding, Row } from '../harness/finding.js';
import { proveClient } from './prove-client.js';
import { startServer } from './running-server.js';
import { subjects } from './subjects.js';
import { type HttpEffort, type Shown, takeTurns } from './take-turns.js';

/** How a client is used: one request after the other, or many at the same time. */
export interface Use {
  readonly id: 'http-fifty' | 'http-one';
  readonly words: string;
  readonly inFlight: number;
}

/** A client of a busy service, and one that nobody hurries. */
export const uses: readonly Use[] = [
  { id: 'http-fifty', words: 'fifty in flight', inFlight: 50 },
  { id: 'http-one', words: 'one in flight', inFlight: 1 },
];

/** What a request costs the process that sends it, and how many fit into a second; the server is a process of its own. */
export async function whatARequestCosts({ id, words, inFlight }: Use, effort: HttpEffort): Promise<Finding[]> {
  const server = await startServer();
  try {
    for (const subject of subjects) await proveClient(subject, server);
    const all = await takeTurns(subjects, server, { inFlight, effort });
    return [
      {
        id,
        asks: `How much processor time does a request take, ${words}?`,
        unit: 'µs',
        rows: all.map((each) => rowOf(each, each.cpu, each.cpuTimesBare)),
      },
      {
        id: `${id}-rate`,
        asks: `How many requests are there in a second, ${words}?`,
        unit: '/s',
        rows: all.map((each) => rowOf(each, each.rate, each.rateTimesBare)),
      },
    ];
  } finally {
    await server.stop();
  }
}

function rowOf({ subject: { name, role } }: Shown, value: number, timesBare: number): Row {
  return { subject: name, role, value, timesBare, low: timesBare, high: timesBare };
}
