import type { CallOrigin, Channel, Events, Services } from '../../core/index.js';
import { completeLimiter, type LimiterOptions, type LimiterSettings } from './limiter-options.js';
import type { Limit } from './meters.js';

/** What a limiter needs of the world. */
export type LimiterServices = Pick<Services, 'clock' | 'events' | 'closing' | 'lifetime' | 'captureStacks'>;

/** Under which terms a limiter gives permits: one object for all limiters that split a name by key. */
export interface LimiterTerms {
  readonly given: LimiterOptions;
  readonly settings: LimiterSettings;
  readonly services: LimiterServices;
  /** What requests by hand are known by. */
  readonly origin: CallOrigin;
  readonly waited: Channel<Events['rateLimit.waited']>;
  readonly refused: Channel<Events['rateLimit.refused']>;
  readonly adopted: Channel<Events['rateLimit.adopted']>;
}

/** Completes and checks the options of a limiter. */
export function limiterTerms(name: string, given: LimiterOptions, services: LimiterServices): LimiterTerms {
  const { clock, closing, lifetime, events } = services;
  return {
    given,
    settings: completeLimiter(given, name),
    services,
    origin: { site: name, clock, closing, lifetime },
    waited: events.channel('rateLimit.waited'),
    refused: events.channel('rateLimit.refused'),
    adopted: events.channel('rateLimit.adopted'),
  };
}

/** What a limiter keeps to, in words. */
export function rateInWords({ all, warmUp, adopt }: LimiterSettings): string {
  const limits = all.map(limitInWords).join(' and ');
  return `${limits}${warmUp > 0 ? `, warming up for ${warmUp} ms` : ''}${adopt ? ', and as its server tells' : ''}`;
}

function limitInWords({ limit, per, burst, algorithm }: Limit): string {
  const rate = `${limit} per ${per} ms`;
  if (algorithm !== 'token-bucket') return `${rate} (${algorithm})`;
  return burst === limit ? rate : `${rate}, up to ${burst} at once`;
}
