import type CachePolicy from 'http-cache-semantics';
import type { HttpHeaders } from '../http-headers.js';
import type { Selection } from './selection.js';

/** An answer but for its body. */
export interface Head {
  readonly status: number;
  readonly statusText: string;
  /** As they are given again, but for the age. */
  readonly headers: HttpHeaders;
  /** What `http-cache-semantics` needs to know of it. */
  readonly policy: CachePolicy.CachePolicyObject;
  /** Its lifetime being over, it is not given without asking. */
  readonly strict: boolean;
  readonly selection: Selection;
  /** When it was asked for, in epoch milliseconds. */
  readonly askedAt: number;
  /** When it is stale, and when it is of no use for anything, in epoch milliseconds. */
  readonly freshUntil: number;
  readonly staleUntil: number;
  readonly errorUntil: number;
  readonly until: number;
}

/** The head of an answer that is kept, and which body belongs to it. */
export interface KeptHead extends Head {
  /** The digest of the body; empty for one without. */
  readonly body: string;
  /** Until when the store has the body. */
  readonly bodyUntil: number;
}

/** All heads of one key, the latest first: the answers that a server chooses from. */
export interface Variants {
  /** The key: a store that gives those of another is found out. */
  readonly key: string;
  readonly heads: readonly KeptHead[];
}

/** The last time that there is, as dates know it: a number that every store can keep. */
export const endOfTime = 8.64e15;

/** Checks what a store gave as the heads of a key. */
export function soundVariants(value: unknown, key: string): Variants {
  const { key: own, heads } = Object(value) as Partial<Variants>;
  if (own === key && Array.isArray(heads) && heads.every(isHead)) return value as Variants;
  throw new TypeError('the store gave something that is no head of an answer to this request');
}

function isHead(value: unknown): boolean {
  const { status, statusText, headers, strict, selection, body, policy, ...times } = Object(value) as Partial<KeptHead>;
  const { askedAt, freshUntil, staleUntil, errorUntil, until, bodyUntil } = times;
  return (
    [status, askedAt, freshUntil, staleUntil, errorUntil, until, bodyUntil].every(isNumber) &&
    typeof statusText === 'string' &&
    typeof strict === 'boolean' &&
    typeof body === 'string' &&
    isObject(headers) &&
    Array.isArray(selection) &&
    selection.every((field) => Array.isArray(field) && typeof field[0] === 'string') &&
    isPolicy(policy)
  );
}

function isPolicy(value: unknown): boolean {
  const { v, t, st, m, resh, rescc, reqcc } = Object(value) as Partial<CachePolicy.CachePolicyObject>;
  return v === 1 && [t, st].every(isNumber) && typeof m === 'string' && [resh, rescc, reqcc].every(isObject);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
