import { rejects, strictEqual } from 'node:assert';
import type { Client, HttpSubject } from './http-subject.js';
import type { RunningServer } from './running-server.js';

/** Shows of a client that it does what it is measured with: a retry that does not retry costs nothing. */
export async function proveClient(subject: HttpSubject, server: RunningServer): Promise<void> {
  await using(subject, server, 10_000, (client) => answersOnce(client, server));
  for (const [part, { timeout, prove }] of Object.entries(proofs) as [Part, Proof][]) {
    const does = subject.does.includes(part);
    await using(subject, server, timeout, (client) => prove(client, server, does)).catch((cause) => {
      throw new Error(`${subject.name} does not do what it is measured for: ${part}`, { cause });
    });
  }
}

async function using(
  subject: HttpSubject,
  server: RunningServer,
  timeout: number,
  prove: (client: Client) => Promise<void>,
) {
  const client = subject.open(server.origin, { timeout, delay: 1 });
  try {
    await prove(client);
  } finally {
    await client.close();
  }
}

async function answersOnce({ get }: Client, server: RunningServer): Promise<void> {
  const before = await server.seen();
  strictEqual(await get('/answer?proof'), 42);
  strictEqual(await server.seen(), before + 1, 'requests for one answer');
}

type Part = HttpSubject['does'][number];

/** How one part of a protection shows, with what time a request has meanwhile. */
interface Proof {
  readonly timeout: number;
  prove(client: Client, server: RunningServer, does: boolean): Promise<void>;
}

const proofs: Readonly<Record<Part, Proof>> = {
  /** The third attempt is answered; who does not retry shows the failure. */
  retry: {
    timeout: 10_000,
    async prove({ get }, server, does) {
      const call = get(`/flaky?${await server.seen()}`);
      if (does) strictEqual(await call, 42);
      else await rejects(call);
    },
  },

  /** After enough failures a call reaches nobody. */
  circuit: {
    timeout: 10_000,
    async prove({ get }, server, does) {
      await Promise.all(Array.from({ length: 40 }, (_, n) => rejects(get(`/broken?${n}`)))); // no two alike, lest they be merged
      const before = await server.seen();
      await rejects(get('/broken'));
      strictEqual((await server.seen()) === before, does, 'whether the circuit is open');
    },
  },

  /** A request that nobody answers is given up. */
  timeout: {
    timeout: 100,
    async prove({ get }, _, does) {
      if (does) await rejects(get('/hanging'));
    },
  },
};
