import { isAxiosError } from 'axios';
import { isRejected } from '../../core/index.js';

/** How a request failed, without the config and the answer that axios hangs on its errors: they know all credentials. */
interface FormerFailure extends Error {
  readonly code?: string;
  readonly status?: number;
}

const known = new WeakMap<object, FormerFailure>();

/** Lets a refusal say no more than it may of the failure that led to it: that was another request's, maybe another user's. */
export function discreet(error: unknown): unknown {
  if (!isRejected(error) || !isAxiosError(error.cause)) return error;
  const value = known.get(error.cause) ?? formerFailure(error.cause);
  known.set(error.cause, value);
  Object.defineProperty(error, 'cause', { value, configurable: true, writable: true });
  return error;
}

function formerFailure({ message, name, code, status }: FormerFailure): FormerFailure {
  return Object.assign(new Error(message), {
    name,
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
  });
}
