import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { JournalEntry } from './journal.js';

/** The header fields that say something about how a client behaves; credentials are not among them. */
const usualHeaders = [
  'accept',
  'cache-control',
  'content-length',
  'content-type',
  'idempotency-key',
  'if-modified-since',
  'if-none-match',
  'traceparent',
  'user-agent',
  'x-request-id',
] as const;

/** The longest text that the journal keeps of any part of a request. */
const longestText = 256;

/** What the journal keeps of a request when it arrives. */
export function journalEntry(
  request: FastifyRequest,
  at: number,
  extraHeaders: readonly string[],
): Omit<JournalEntry, 'number'> {
  const { method, url, headers } = request;
  const [path = '', query = ''] = url.split('?', 2);
  return { at, method, path: cut(path), query: cut(query), headers: choose(headers, extraHeaders), faults: [] };
}

function choose(headers: IncomingHttpHeaders, extraHeaders: readonly string[]): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {};
  for (const name of [...usualHeaders, ...extraHeaders]) {
    const value = headers[name];
    if (value !== undefined) chosen[name] = cut(String(value));
  }
  return chosen;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}
