/** The longest word for an error, and the most of them that are counted apart for one method. */
const longest = 64;

/** Counts an error by its code, else its class; what comes after the first so many words is `other`. */
export function countError(counts: Map<string, number>, error: unknown): void {
  const code = codeOf(error);
  const known = counts.has(code) || counts.size < longest ? code : 'other';
  counts.set(known, (counts.get(known) ?? 0) + 1);
}

/** A short, stable word for an error: its code, else its class; never its message. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  const word = [code, name].find((text): text is string => typeof text === 'string' && text !== '') ?? 'unknown';
  return word.length > longest ? word.slice(0, longest) : word;
}
