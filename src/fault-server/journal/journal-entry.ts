import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { FaultServerSettings } from '../fault-server-options.js';
import { isBelow } from '../faults/route.js';
import { targetOf } from '../request-target.js';
import type { JournalEntry } from './journal.js';
import { textOf } from './request-text.js';

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
  { journalHeaders, journalBodies }: Pick<FaultServerSettings, 'journalHeaders' | 'journalBodies'>,
): Omit<JournalEntry, 'number'> {
  const { method, url, headers } = request;
  const { path, query } = targetOf(url);
  const isSecret = isBelow(path, '/oauth'); // there, bodies are secrets and tokens, also where the path was misspelt
  const body = journalBodies > 0 && !isSecret ? { body: copyOf(textOf(request).slice(0, journalBodies)) } : undefined;
  return {
    ...{
      at,
      method,
      path: cut(path),
      query: isSecret ? '' : cut(query),
      headers: choose(headers, journalHeaders),
      faults: [],
    },
    ...body,
  };
}

function choose(
  headers: IncomingHttpHeaders,
  wanted: FaultServerSettings['journalHeaders'],
): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {};
  for (const name of wanted === 'allWithSecrets' ? Object.keys(headers) : [...usualHeaders, ...wanted]) {
    if (Object.hasOwn(headers, name)) chosen[name] = cut(String(headers[name]));
  }
  return chosen;
}

function cut(text: string): string {
  return text.length > longestText ? `${copyOf(text.slice(0, longestText - 1))}…` : text;
}

/** A text that is a part of a longer one keeps all of that in memory: a copy does not. */
function copyOf(part: string): string {
  return Buffer.from(part, 'utf16le').toString('utf16le');
}
