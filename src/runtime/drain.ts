import {
  type Clock,
  type Duration,
  durationRule,
  InvalidOptionsError,
  parseDuration,
  RuntimeDisposedError,
  type Services,
} from '../core/index.js';
import type { Pipeline } from '../pipeline/index.js';

/** Ends all waits at once, lets what runs finish for a while, and then ends that too. */
export async function drain(
  pipelines: readonly Pipeline[],
  { clock, closing, lifetime }: Pick<Services, 'clock' | 'closing' | 'lifetime'>,
  patience: number,
): Promise<void> {
  for (const pipeline of pipelines) pipeline.close();
  closing.end(new RuntimeDisposedError('the runtime'));
  if (patience > 0) await settled(pipelines, clock, patience);
  lifetime.end(new RuntimeDisposedError('the runtime'));
  clock.recheck();
}

/** Resolves when no call is under way any more, or when time is up. */
function settled(pipelines: readonly Pipeline[], clock: Clock, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = () => pipelines.every(({ running }) => running === 0);
    const finish = () => {
      cancel?.();
      for (const { outcomes } of pipelines) outcomes.onSettled = undefined;
      resolve();
    };
    const cancel = patience < Number.POSITIVE_INFINITY ? clock.later(patience, finish) : undefined;
    for (const { outcomes } of pipelines) outcomes.onSettled = () => idle() && finish();
    if (idle()) finish();
  });
}

/** Reads for how long to let running calls finish. */
export function patienceFrom(drain: Duration): number {
  const patience = parseDuration(drain);
  if (patience !== undefined) return patience;
  const rule = `must be a duration (${durationRule})`;
  throw new InvalidOptionsError({ decorator: 'Runtime.dispose()', option: 'drain', rule, value: drain });
}
