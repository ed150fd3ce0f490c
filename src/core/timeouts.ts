import { TimeoutError } from './errors.js';

/** How timeouts call themselves: Node's sockets, axios, undici. */
const codes: ReadonlySet<unknown> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNABORTED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Tells whether an error says that time ran out: ours, that of an `AbortSignal.timeout`, or a client's. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof TimeoutError) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === 'TimeoutError' || codes.has(code);
}
