import { STATUS_CODES } from 'node:http';
import { InvalidOptionsError, show } from '../core/index.js';
import type { Answer } from './exchange.js';

/** An answer in JSON. */
export function json(body: unknown): Answer {
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

/** An answer that says what went wrong, in the form of RFC 9457. */
export function problem(status: number, detail: string, extras: object = {}): Answer {
  const title = STATUS_CODES[status] ?? 'Unknown status';
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: JSON.stringify({ type: 'about:blank', title, status, detail, ...extras }),
  };
}

/** The answer to a request that could not be served: what was wrong with it, field, rule and value. */
export function problemOf(error: unknown): Answer {
  if (error instanceof InvalidOptionsError) return problem(400, error.message, wrongField(error));
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  return problem(statusCode ?? 500, message ?? show(error));
}

function wrongField({ option, rule, value }: InvalidOptionsError): object {
  return { field: option, rule, value: value === undefined ? undefined : show(value) };
}
