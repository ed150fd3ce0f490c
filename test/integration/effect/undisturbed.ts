import { monitorEventLoopDelay } from 'node:perf_hooks';

/** A machine on which a process stood still for this many milliseconds has shown nothing about clients. */
const longestStall = 300;

/** How often an experiment is made, until one shows something. */
const mostTries = 3;

/** Makes an experiment until neither this process nor one of its servers stood still in it; undefined when they always did. */
export async function undisturbed<T>(
  experiment: () => Promise<T>,
  servers: readonly { readonly longestStall: number }[],
): Promise<T | undefined> {
  for (let tries = 0; tries < mostTries; tries++) {
    const delay = monitorEventLoopDelay();
    delay.enable();
    const seen = await experiment();
    delay.disable();
    if (Math.max(delay.max / 1e6, ...servers.map((server) => server.longestStall)) < longestStall) return seen;
  }
  return undefined;
}
