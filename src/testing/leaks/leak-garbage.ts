import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Frees all memory that nothing can reach any more: a pending promise is only left behind if something can. */
export function collectGarbage(): void {
  collect ??= globalThis.gc ?? exposed();
  collect();
}

function exposed(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
