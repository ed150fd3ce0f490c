import { STATUS_CODES } from 'node:http';
import { InvalidOptionsError, show } from '../core/index.js';
import { AnswerError } from './answers/answer-error.js';
import type { Answer } from './exchange/exchange.js';

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
  if (error instanceof AnswerError) return problem(500, error.inFull());
  const { statusCode = 500, message, code } = error as FastifyProblem;
  const field = code?.startsWith('FST_ERR_CTP_') ? { field: 'body' } : undefined; // its content could not be read
  return problem(statusCode, message ?? show(error), field);
}

interface FastifyProblem {
  readonly statusCode?: number;
  readonly message?: string;
  readonly code?: string;
}

/** Where nothing in the body is to blame it is the body itself. */
function wrongField({ option = 'body', rule, value }: InvalidOptionsError): object {
  return { field: option, rule, value: value === undefined ? undefined : show(value) };
}
