import type { Events } from '../../core/index.js';
import type { Timing } from './timing.js';

/** How long calls take. */
export const callDurations: Timing = {
  name: 'resilience_call_duration_seconds',
  help: 'Seconds from a call to its answer, retries and waits included; cancelled calls have none',
  partsOf: () => [whole],
  watch(events, note) {
    const stops = [
      events.on('call.succeeded', ({ site, elapsed }) => note(site, whole, elapsed)),
      events.on('call.failed', ({ site, elapsed, cancelled }) => {
        if (!cancelled) note(site, whole, elapsed);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  },
};

/** How long the methods themselves take, attempt by attempt. */
export const attemptDurations: Timing = {
  name: 'resilience_attempt_duration_seconds',
  help: 'Seconds that the method itself ran, once per attempt and copy, also where nobody waited for it any more',
  by: 'kind',
  partsOf: ({ kinds }) => ['primary', ...extras.filter((kind) => kinds.includes(kind))],
  watch: (events, note) => events.on('call.attempted', ({ site, kind, elapsed }) => note(site, kind, elapsed)),
};

const whole = '';

/** The kinds of attempts that a policy of the same name makes. */
const extras = ['retry', 'hedge'] as const satisfies readonly Events['call.attempted']['kind'][];
