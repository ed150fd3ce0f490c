import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { InvalidOptionsError } from '../../core/index.js';

const longestName = 256;

/** By what a request names itself, so that sending it again does nothing twice; the error names the path and the field. */
export function nameOf({ headers }: FastifyRequest, path: string): string | undefined {
  for (const field of ['idempotency-key', 'x-request-id']) {
    const name = headers[field];
    if (name === undefined || name === '') continue;
    if (typeof name === 'string' && name.length <= longestName) return `${field} ${bare(name)}`;
    const rule = `must be one text of at most ${longestName} characters`;
    throw new InvalidOptionsError({ decorator: path, option: field, rule, value: name });
  }
  return undefined;
}

/** The name alone, without its field: `Idempotency-Key`, or else `X-Request-ID`. */
export function keyOf(headers: Pick<IncomingHttpHeaders, string>): string | undefined {
  const name = headers['idempotency-key'] || headers['x-request-id']; // one that is empty names nothing
  return name ? bare(String(name)) : undefined;
}

/** `Idempotency-Key` is a string of RFC 9651, in quotes; most clients leave these out, and mean the same. */
function bare(name: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(name) ?? [];
  return quoted === undefined ? name : quoted.replace(/\\(["\\])/g, '$1');
}
