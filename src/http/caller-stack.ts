import { isRejected } from '../core/index.js';

/**
 * Lets an error's stack end where the request was made: what arises in a socket's callback knows nothing of that. To be called in an async function
 * that the caller awaits. Refusals spare the price of a stack.
 */
export function tellCaller(error: unknown): void {
  if (!(error instanceof Error) || isRejected(error) || typeof error.stack !== 'string' || !Object.isExtensible(error))
    return;
  const { stack } = error;
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, tellCaller);
  const [, , ...callers] = (here.stack ?? '').split('\n'); // its own line, and that of the function which waited
  const lines = callers.filter((line) => !line.includes('(node:internal/') && !stack.includes(line));
  if (lines.length === 0) return;
  Object.defineProperty(error, 'stack', { value: [stack, ...lines].join('\n'), configurable: true, writable: true });
}
