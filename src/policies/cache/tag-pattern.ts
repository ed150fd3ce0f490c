/** Tells whether a tag fits a pattern, in which `*` stands for any characters, none included. */
export function matchesTag(pattern: string, tag: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === tag;
  if (tag.length < first.length + last.length || !tag.startsWith(first) || !tag.endsWith(last)) return false;
  return containsInOrder(tag.slice(first.length, tag.length - last.length), rest);
}

/** Tells whether parts come one after the other; the earliest place for each is the best. */
function containsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/** Tells whether one of some tags fits a pattern. */
export function matchesAny(pattern: string, tags: readonly string[]): boolean {
  return tags.some((tag) => matchesTag(pattern, tag));
}
