import { isPermanent } from '../../core/index.js';
import type { RequestFacts } from '../../http/index.js';
import { type SubscriptionEnd, SubscriptionError } from '../errors/index.js';

/** Close codes of the protocol (graphql-transport-ws) that say: do not come back with the same. */
const fatal: ReadonlySet<number> = new Set([4004, 4005, 4400, 4401, 4403, 4404, 4406, 4409, 4429]);

/** Close codes of WebSockets that say nothing against another attempt. */
const passing: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014]);

/** What ended a connection, as graphql-ws tells it: an event of the socket, or an error. */
export function connectionError(facts: RequestFacts, cause: unknown): SubscriptionError {
  const { code, reason, message, error } = Object(cause) as Readonly<Record<string, unknown>>;
  if (typeof code === 'number' && typeof reason === 'string') {
    const said = reason === '' ? String(code) : `${code} (${reason})`;
    return new SubscriptionError(facts, { end: endBy(code), what: `was closed with ${said}`, closeCode: code });
  }
  const status = /Unexpected server response: (\d+)/.exec(String(message))?.[1];
  const refused = isPermanent(cause) || (status !== undefined && /^4(?!08|25|29)/.test(status));
  const why = typeof message === 'string' && message !== '' ? message : 'nothing says why';
  const what = status === undefined ? `could not be connected: ${why}` : `was refused with ${status}`;
  const origin = error ?? (cause instanceof Error ? cause : undefined); // an event leads to its socket, whose URL may hold a secret
  return new SubscriptionError(facts, { end: refused ? 'REFUSED' : 'LOST', what, cause: origin });
}

function endBy(code: number): SubscriptionEnd {
  if (code < 2000) return passing.has(code) ? 'LOST' : 'REFUSED';
  return fatal.has(code) ? 'REFUSED' : 'LOST';
}
