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

/** Ends all waits at once, lets what runs finish for a while, and what caches have to write after that; then ends what still runs. */
export async function drain(
  pipelines: readonly Pipeline[],
  { clock, closing, lifetime, registries }: Pick<Services, 'clock' | 'closing' | 'lifetime' | 'registries'>,
  patience: number,
): Promise<void> {
  const end = clock.now() + patience;
  for (const pipeline of pipelines) pipeline.close();
  closing.end(new RuntimeDisposedError('the runtime'));
  if (patience > 0) await settled(pipelines, clock, patience);
  if (clock.now() < end) await atMost(registries.caches.written(), clock, end - clock.now());
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

/** Waits for something, but not longer than that. */
function atMost(outcome: Promise<void>, clock: Clock, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = patience < Number.POSITIVE_INFINITY ? clock.later(patience, resolve) : undefined;
    outcome.then(() => {
      cancel?.();
      resolve();
    });
  });
}

/** Reads for how long to let running calls finish. */
export function patienceFrom(drain: Duration): number {
  const patience = parseDuration(drain);
  if (patience !== undefined) return patience;
  const rule = `must be a duration (${durationRule})`;
  throw new InvalidOptionsError({ decorator: 'Runtime.dispose()', option: 'drain', rule, value: drain });
}
