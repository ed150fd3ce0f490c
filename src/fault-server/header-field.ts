/** Tells whether a text can be the name of an HTTP header field. */
export function fieldName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]{1,200}$/.test(value);
}

/** Tells whether a text can be the value of an HTTP header field: no line breaks, no control characters. */
export function fieldText(value: unknown, longest = 2000): value is string {
  return typeof value === 'string' && value.length <= longest && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** A time on the wall as header fields have it. */
export function httpDate(wallTime: number): string {
  return new Date(wallTime).toUTCString();
}
