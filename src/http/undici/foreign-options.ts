import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatchers } from './dispatchers.js';

/** Options of axios that belong to Node's own client; to pass over them could send a request where it must not go. */
const foreign = ['transport', 'lookup', 'family', 'maxRate', 'insecureHTTPParser'] as const;

/** Options of agents that say how connections are kept: the adapter keeps its own. */
const pooling: ReadonlySet<string> = new Set([
  ...['keepAlive', 'keepAliveMsecs', 'maxSockets', 'maxTotalSockets', 'maxFreeSockets', 'scheduling', 'timeout'],
  ...['noDelay', 'agentKeepAliveTimeoutBuffer', 'path', 'defaultPort', 'protocol', 'maxCachedSessions'],
]);

/** Refuses what the adapter cannot do, instead of leaving it undone. */
export function checkConfig(config: InternalAxiosRequestConfig, dispatchers: Dispatchers): void {
  const refused = (what: string) => new AxiosError(`undiciAdapter() ${what}`, AxiosError.ERR_NOT_SUPPORT, config);
  const given =
    foreign.find((option) => config[option]) ??
    (['httpAgent', 'httpsAgent'] as const).find((option) => isMore(config[option]));
  if (given) throw refused(`does not know ${given}: give it a dispatcher of undici that does the same`);
  if (config.httpVersion !== undefined && Number(config.httpVersion) !== 1) throw refused('speaks HTTP/1.1 only');
  if (!dispatchers.areOwn && (config.socketPath || config.proxy)) {
    throw refused(
      `has a dispatcher, which knows its own way: it takes no ${config.socketPath ? 'socketPath' : 'proxy'}`,
    );
  }
  if (dispatchers.closed) throw new AxiosError('undiciAdapter() is closed', AxiosError.ERR_NETWORK, config);
}

/** Tells whether an agent does more than keep connections: certificates, proxies, addresses. */
function isMore(agent: unknown): boolean {
  if (agent === undefined || agent === null || agent === false) return false;
  const kind = Object.getPrototypeOf(agent);
  if (kind !== HttpAgent.prototype && kind !== HttpsAgent.prototype) return true;
  const { options = {} } = agent as { readonly options?: Readonly<Record<string, unknown>> };
  return Object.entries(options).some(([name, value]) => value !== undefined && value !== null && !pooling.has(name));
}
