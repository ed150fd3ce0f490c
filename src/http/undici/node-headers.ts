/** Header fields as Node's own client hands them on. */
export function nodeHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const fields = Object.entries(headers).filter(
    (field): field is [string, string | string[]] => field[1] !== undefined,
  );
  return Object.fromEntries(
    fields.map(([name, value]) => {
      if (name === 'set-cookie') return [name, [value].flat()];
      if (typeof value === 'string') return [name, value];
      return [name, single.has(name) ? (value[0] ?? '') : value.join(name === 'cookie' ? '; ' : ', ')];
    }),
  );
}

/** Header fields that come but once: further ones are dropped, as Node does it. */
const single: ReadonlySet<string> = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer'],
  ...['retry-after', 'server', 'user-agent'],
]);
