import { isTimeout, RuntimeDisposedError } from '../../core/index.js';

/** What the errors of the clients say of themselves. */
const told = [
  'network',
  'http',
  'timeout',
  'rateLimit',
  'circuitOpen',
  'validation',
  'cache',
  'auth',
  'graphql',
  'closed',
];

/** How aborts call themselves: Node's, those of browsers, axios'. */
const aborts: ReadonlySet<unknown> = new Set(['AbortError', 'CanceledError', 'ABORT_ERR', 'ERR_CANCELED']);

/** The kinds of failure that any endpoint may meet: told from its first request on. */
export const commonErrorTypes: readonly string[] = ['http', 'rateLimit', 'network', 'timeout'];

/** What kind of failure an answer is; undefined for one that is none. */
export function errorTypeOfStatus(status: number): string | undefined {
  if (status < 400) return undefined;
  return status === 429 ? 'rateLimit' : 'http';
}

/** Why no answer came, from a finite set, whatever the error says. */
export function errorTypeOf(error: unknown): string {
  if (error instanceof RuntimeDisposedError) return 'closed';
  const { type, name, code } = Object(error) as Readonly<Record<'type' | 'name' | 'code', unknown>>;
  const own = told.find((each) => each === type);
  if (own !== undefined) return own;
  if (isTimeout(error)) return 'timeout';
  return aborts.has(name) || aborts.has(code) ? 'cancelled' : 'other';
}
