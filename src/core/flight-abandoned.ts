/** Why a flight ends that nobody waits for any more: the reason of its signal. It bears the name and code of Node's own aborts. */
export class FlightAbandoned extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor() {
    super('everyone who waited for this call has left');
  }
}
