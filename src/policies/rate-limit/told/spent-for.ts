import { readTold } from './read-told.js';

/** In how many milliseconds a server that answered so takes requests again, by its windows of which nothing is left; undefined where it does not say. */
export function spentFor(status: number, headers: unknown, wallNow: number): number | undefined {
  const { windows } = readTold(status, headers, wallNow);
  const spent = windows.flatMap(({ remaining, resetAfter }) =>
    remaining === 0 && resetAfter !== undefined ? [resetAfter] : [],
  );
  return spent.length === 0 ? undefined : Math.max(...spent);
}
