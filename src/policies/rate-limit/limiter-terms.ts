import type { CallOrigin, Channel, Events, Services } from '../../core/index.js';
import type { Shape } from './meter.js';
import { type LimiterOptions, type LimiterSettings, limiterOptions } from './rate-limit-options.js';

/** What a limiter needs of the world. */
export type LimiterServices = Pick<Services, 'clock' | 'events' | 'closing' | 'lifetime' | 'captureStacks'>;

/** Under which terms a limiter gives permits: one object for all limiters that split a name by key. */
export interface LimiterTerms extends Pick<LimiterSettings, 'algorithm' | 'maxQueue'> {
  readonly given: LimiterOptions;
  readonly shape: Shape;
  readonly services: LimiterServices;
  /** What requests by hand are known by. */
  readonly origin: CallOrigin;
  readonly waited: Channel<Events['rateLimit.waited']>;
  readonly refused: Channel<Events['rateLimit.refused']>;
}

/** Completes and checks the options of a limiter. */
export function limiterTerms(name: string, given: LimiterOptions, services: LimiterServices): LimiterTerms {
  const { clock, closing, lifetime, events } = services;
  const { algorithm, maxQueue, limit, per, burst = limit } = limiterOptions.complete(given, name);
  return {
    given,
    algorithm,
    maxQueue,
    services,
    shape: { limit, per, burst },
    origin: { site: name, clock, closing, lifetime },
    waited: events.channel('rateLimit.waited'),
    refused: events.channel('rateLimit.refused'),
  };
}
