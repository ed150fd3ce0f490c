/** What may carry an answer's header fields. */
type Fields = { readonly get?: unknown } & Readonly<Record<string, unknown>>;

/**
 * Reads a header field of whatever carries it: a `Headers`, axios's, or a plain object, in whatever case. The name is given in lower case.
 * Several values of one field are joined, as RFC 9110, section 5.3, has it; undefined where there is none that could be read.
 */
export function headerField(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const fields = headers as Fields;
  const value = typeof fields.get === 'function' ? fields.get(name) : plainField(fields, name);
  if (Array.isArray(value)) return value.every(isText) ? value.join(', ') : undefined;
  return isText(value) ? String(value) : undefined;
}

function plainField(fields: Fields, name: string): unknown {
  if (name in fields) return fields[name];
  const found = Object.keys(fields).find((key) => key.toLowerCase() === name);
  return found === undefined ? undefined : fields[found];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
