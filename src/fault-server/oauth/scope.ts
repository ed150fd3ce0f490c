/** The longest text in which scopes are asked for. */
const longestScopes = 1000;

/** Whether something is a scope, by the grammar of RFC 6749. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100 && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
}

/** Reads scopes with spaces between them, each once; undefined for anything else. */
export function scopesOf(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string' || text.length > longestScopes) return undefined;
  const scopes = text.split(' ');
  return scopes.every(isScope) ? [...new Set(scopes)] : undefined;
}

/** Whether all of these are among others. */
export function covers(granted: readonly string[], asked: readonly string[]): boolean {
  return asked.every((scope) => granted.includes(scope));
}
