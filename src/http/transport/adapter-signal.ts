import type { AxiosAdapter, GenericAbortSignal } from 'axios';
import { isUndici } from './known-adapter.js';
import type { RoundTrip } from './round-trip.js';

/**
 * The signal that an adapter gets. One that needs no more of it than axios does gets the trip itself: an AbortController for each request would cost
 * more than all the rest. Any other may hand it to `fetch`, which takes nothing but a real one.
 */
export function signalFor(adapter: AxiosAdapter, trip: RoundTrip): GenericAbortSignal {
  if (isUndici(adapter)) return trip as GenericAbortSignal;
  const controller = new AbortController();
  if (trip.aborted) controller.abort(trip.reason);
  else trip.addEventListener('abort', () => controller.abort(trip.reason));
  return controller.signal;
}
