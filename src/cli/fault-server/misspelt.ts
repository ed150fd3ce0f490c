import type { World } from '../world.js';
import { settings, variableOf } from './settings.js';

/** Tells of variables that look as if one of ours was meant. */
export function misspeltVariables(env: World['env']): readonly string[] {
  const ours = settings.map(variableOf);
  const unknown = Object.keys(env).filter((name) => name.startsWith('SERVER_') && !ours.includes(name));
  return unknown.flatMap((name) => {
    const meant = ours.find((variable) => isLike(name, variable));
    return meant === undefined ? [] : [`${name} is not known and says nothing: was ${meant} meant?`];
  });
}

/** A last word may be missing, as in SERVER_CACHE_TTL; few letters leave little room for mistakes: SERVER_NAME is somebody else's. */
function isLike(name: string, variable: string): boolean {
  const [given, meant] = [name, variable].map((full) => full.slice('SERVER_'.length)) as [string, string];
  if (given.includes('_') && meant.startsWith(`${given}_`)) return true;
  return distance(given, meant) <= (meant.length > 5 ? 2 : 1);
}

/** Letters to change, add, drop or exchange with their neighbour until one text is the other. */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(change, swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
