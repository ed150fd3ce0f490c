import { nameError, RejectedError } from '../../core/index.js';

/** What a refusal by a circuit knows. */
export interface CircuitRefusal {
  /** The protected method, `Class.method`. */
  readonly site: string;
  /** The circuit's name. */
  readonly circuit: string;
  /** Milliseconds before which asking again is certain to be refused; undefined where nobody knows. */
  readonly retryAfter: number | undefined;
  /** The last failure of the callee. */
  readonly cause: unknown;
}

/** The circuit is open, or its trial has no place left; the method was not called. */
export class CircuitOpenError extends RejectedError {
  static override readonly family = 'CircuitOpenError';
  readonly code = 'HOLDFAST_CIRCUIT_OPEN';
  /** The circuit's name. */
  readonly circuit: string;

  constructor({ site, circuit, retryAfter, cause }: CircuitRefusal, captureStack = false) {
    const facts = { site, policy: 'circuitBreaker', retryAfter, cause, captureStack };
    super(`${site} was not called: its circuit is open`, facts);
    this.circuit = circuit;
  }

  static {
    nameError(CircuitOpenError);
  }
}
