import { order, type Place } from '../../pipeline/index.js';
import { catalogue } from '../../runtime/index.js';

/** Where a policy stands: one of our places, or the name of a kind that `definePolicy` made. */
export type PlaceName = Place | (string & Record<never, never>);

/**
 * What is wrong with the name of a place: the rule that it breaks, or undefined. One that nothing stands at would let a test of what is not protected
 * pass for ever; names of kinds from outside cannot be known, unless they read like one of ours.
 */
export function placeFault(name: string): string | undefined {
  const read = name.toLowerCase();
  const meant = order.filter((place) => {
    return isSlip(read, place.toLowerCase()) || place === synonyms.get(read) || place.startsWith(`${read}.`);
  });
  if (meant.length === 0 || meant.some((place) => place === name)) return undefined;
  return `names no place where a policy stands by '${name}': is it ${meant.join(' or ')}?`;
}

/** What is wrong with the names of options at a place: the rule that one breaks, or undefined; those of kinds from outside cannot be known. */
export function optionFault(place: string, options: readonly string[]): string | undefined {
  const kind = Object.entries(catalogue).find(([name]) => name === place.replace(/\..*/s, ''))?.[1];
  const unknown = options.find((option) => kind?.options.names.includes(option) === false);
  return unknown && `names no option of ${place} by '${unknown}'; it takes ${kind?.options.names.join(', ')}`;
}

/** Words that may be taken for a place. */
const synonyms: ReadonlyMap<string, Place> = new Map([
  ['cache', 'cached'],
  ['circuit', 'circuitBreaker'],
  ['throttle', 'adaptiveThrottle'],
]);

/** Tells whether a text becomes the other by one letter more, less or other, or by none. */
function isSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  return short.slice(short.length === long.length ? same + 1 : same) === long.slice(same + 1);
}
