import { isPermanent, isRejected, TimeoutError } from '../../core/index.js';
import { HttpError, HttpTimeoutError, NetworkError } from '../errors/index.js';

/** Tells whether an error says that no answer could be had, by any fault but the caller's: the time when a stale one is better than none (RFC 5861). */
export function isOutage(error: unknown): boolean {
  if (error instanceof HttpError) return error.status >= 500 && !isPermanent(error);
  if (error instanceof NetworkError || error instanceof HttpTimeoutError || isRejected(error)) return true;
  return error instanceof TimeoutError && error.scope !== 'inherited';
}

/** Tells whether an error is the server's word that there is no such answer, or none for this caller: what was kept is not given again. */
export function isDenial(error: unknown): boolean {
  return error instanceof HttpError && error.status < 500 && isPermanent(error);
}
