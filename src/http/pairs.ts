/** The names and values of an object, or of what lists them itself: `Headers`, `URLSearchParams`, a `Map`. */
export function pairsOf(given: object): [string, unknown][] {
  if (!(Symbol.iterator in given)) return Object.entries(given);
  return [...(given as Iterable<readonly [unknown, unknown]>)].map(([name, value]) => [String(name), value]);
}
