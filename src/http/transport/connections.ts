import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TransportSettings } from './transport-settings.js';

/** How many connections there are to one origin. */
export interface OriginStats {
  readonly origin: string;
  /** Connections with a request on them, or about to open for one. */
  readonly busy: number;
  /** Connections that are kept for the next request. */
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/** How many connections there are; those through a proxy's tunnel and those of an adapter are not seen. */
export interface TransportStats extends Omit<OriginStats, 'origin'> {
  readonly origins: readonly OriginStats[];
}

const keepAliveDefault = 4000;

/** The agents of a transport, and what they hold: connections, and requests that wait for one. */
export class Connections {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly #owned: readonly HttpAgent[];
  readonly #origins = new WeakMap<object, string>();

  constructor({ poolSize, keepAlive, keepAliveFor = keepAliveDefault, ...given }: TransportSettings) {
    const options = { keepAlive, maxSockets: poolSize, timeout: keepAliveFor };
    this.httpAgent = given.httpAgent ?? new HttpAgent(options);
    this.httpsAgent = given.httpsAgent ?? new HttpsAgent(options);
    this.#owned = [this.httpAgent, this.httpsAgent].filter(
      (own) => own !== given.httpAgent && own !== given.httpsAgent,
    );
  }

  /** Remembers where a connection, or a request that waits for one, leads to. */
  note(what: object, origin: string): void {
    this.#origins.set(what, origin);
  }

  /** Counts connections by origin, as they are now. */
  stats(): TransportStats {
    const origins = new Map<string, OriginStats>();
    for (const agent of new Set<HttpAgent>([this.httpAgent, this.httpsAgent])) this.#count(agent, origins);
    return { ...[...origins.values()].reduce(sum, none), origins: [...origins.values()] };
  }

  /** Closes all connections of its own agents, also the busy ones. */
  close(): void {
    for (const agent of this.#owned) agent.destroy();
  }

  /** The names by which an agent keeps connections hold keys and certificates: they tell apart, and are shown to nobody. */
  #count(
    { sockets = {}, freeSockets = {}, requests = {} }: Partial<HttpAgent>,
    origins: Map<string, OriginStats>,
  ): void {
    for (const name of new Set([sockets, freeSockets, requests].flatMap((held) => Object.keys(held)))) {
      const [busy, idle, waiting] = [sockets[name] ?? [], freeSockets[name] ?? [], requests[name] ?? []];
      const origin = this.#originOf([...busy, ...idle, ...waiting]);
      if (origin === undefined) continue; // somebody else's, who shares the agent
      const held = { busy: busy.length, idle: idle.length, waiting: waiting.length };
      origins.set(origin, { origin, ...sum(origins.get(origin) ?? none, held) });
    }
  }

  #originOf(held: readonly object[]): string | undefined {
    const known = held.find((one) => this.#origins.has(one));
    return known && this.#origins.get(known);
  }
}

/** Tells whether a request has just been put at the end of a queue of its agent. */
export function isQueued(request: ClientRequest): boolean {
  return queuesOf(request).some((queue) => queue?.at(-1) === request);
}

/** Tells whether a request is still waiting in a queue of its agent. */
export function isWaiting(request: ClientRequest): boolean {
  return queuesOf(request).some((queue) => queue?.includes(request));
}

/**
 * Takes a request out of the queue of its agent, which would keep it and its body until its turn: for good, when all connections hang. A queue
 * that is empty goes too, as the agent does it.
 */
export function leaveQueue(request: ClientRequest): void {
  const queues = agentOf(request)?.requests ?? {};
  for (const [name, queue] of Object.entries(queues)) {
    const index = queue?.indexOf(request) ?? -1;
    if (index >= 0) (queue as ClientRequest[]).splice(index, 1);
    if (queue?.length === 0) Reflect.deleteProperty(queues, name);
  }
}

function queuesOf(request: ClientRequest): (readonly ClientRequest[] | undefined)[] {
  return Object.values(agentOf(request)?.requests ?? {});
}

/** Agents that are no http.Agent, such as some for proxies, have no queues. */
function agentOf({ agent }: ClientRequest & { readonly agent?: Partial<HttpAgent> }): Partial<HttpAgent> | undefined {
  return agent;
}

type Counts = Omit<OriginStats, 'origin'>;

const none: Counts = { busy: 0, idle: 0, waiting: 0 };

function sum(one: Counts, other: Counts): Counts {
  return { busy: one.busy + other.busy, idle: one.idle + other.idle, waiting: one.waiting + other.waiting };
}
