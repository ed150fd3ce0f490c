import { type Fault, type JournalEntry, startFaultServer } from '../../src/fault-server/index.js';

/** A request as a server received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What it answers with: a status, or all of it. */
export type Reply =
  | number
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      /** Hangs up instead of answering. */
      readonly reset?: true;
      /** Never answers. */
      readonly hang?: true;
    };

/** A fault server that answers every path as the test says. */
export interface Origin extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly received: readonly Received[];
  /** The answers to come, each for one request; the last one stays. */
  replies: readonly Reply[];
  /** Connections that are open. */
  readonly connections: number;
}

/** Starts one. */
export async function startOrigin(...replies: Reply[]): Promise<Origin> {
  const server = await startFaultServer({ journalHeaders: 'allWithSecrets', journalBodies: 2 ** 20 });
  const origin: Origin = {
    url: server.url,
    host: `127.0.0.1:${server.port}`,
    get received() {
      return server.journal.entries().map(receivedOf);
    },
    set replies(given: readonly Reply[]) {
      server.fail(faultsOf(given));
    },
    get connections() {
      return server.stats.connections.open;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  origin.replies = replies;
  return origin;
}

/** Each answer once, in their order; the last one for all that follow. */
function faultsOf(replies: readonly Reply[]): Fault[] {
  const faults = (replies.length > 0 ? replies : [200]).map(faultOf);
  return faults.map((fault, index) => (index < faults.length - 1 ? { ...fault, count: 1 } : fault));
}

function faultOf(reply: Reply): Fault {
  const {
    status = 200,
    headers,
    body = { ok: true },
    reset,
    hang,
  } = typeof reply === 'number' ? { status: reply } : reply;
  if (hang) return { kind: 'hang' };
  if (reset) return { kind: 'reset' };
  const fields = headers === undefined ? {} : { headers };
  if (status === 204 || status === 304) return { status, ...fields };
  const contentType = typeof body === 'string' ? 'text/plain' : 'application/json';
  return { status, ...fields, body, contentType };
}

function receivedOf({ method, path, query, headers, body = '' }: JournalEntry): Received {
  return { method, url: query === '' ? path : `${path}?${query}`, headers, body };
}
