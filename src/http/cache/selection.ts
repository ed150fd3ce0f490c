import { headerField } from '../../core/index.js';
import type { HttpHeaders } from '../http-headers.js';

/** The header fields of a request by which its answer was chosen, with what they said; null for one that was not sent. */
export type Selection = readonly (readonly [name: string, value: string | null])[];

/** What a field of a request counts as. */
type FieldOf = (name: string, value: string) => string;

/** By what an answer was chosen, as its `Vary` says, and always by `Host`; undefined for `*`, which nobody can tell. */
export function selectionOf(
  answer: HttpHeaders,
  sent: Readonly<Record<string, string>>,
  fieldOf: FieldOf,
): Selection | undefined {
  const varying = (headerField(answer, 'vary') ?? '').toLowerCase().split(',');
  const names = new Set(['host', ...varying.map((name) => name.trim())].filter((name) => name !== ''));
  if (names.has('*')) return undefined;
  return [...names].sort().map((name) => [name, sentIn(sent, name, fieldOf)]);
}

/** Tells whether a request would have been answered the same. */
export function selects(selection: Selection, sent: Readonly<Record<string, string>>, fieldOf: FieldOf): boolean {
  return selection.every(([name, value]) => sentIn(sent, name, fieldOf) === value);
}

function sentIn(sent: Readonly<Record<string, string>>, name: string, fieldOf: FieldOf): string | null {
  const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
  return value === undefined ? null : fieldOf(name, value.trim());
}
