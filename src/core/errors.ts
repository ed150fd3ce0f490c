/** The stable codes of Holdfast's errors, one per class. */
export type ResilienceErrorCode =
  | 'HOLDFAST_CIRCUIT_OPEN'
  | 'HOLDFAST_THROTTLED'
  | 'HOLDFAST_RATE_LIMITED'
  | 'HOLDFAST_BULKHEAD_FULL'
  | 'HOLDFAST_BULKHEAD_TIMEOUT'
  | 'HOLDFAST_TIMEOUT'
  | 'HOLDFAST_CACHE_MISS'
  | 'HOLDFAST_INVALID_OPTIONS'
  | 'HOLDFAST_RUNTIME_DISPOSED';

/** What every error of Holdfast knows about where it arose. */
export interface ErrorFacts {
  /** The protected method, `Class.method`. */
  readonly site: string;
  /** The kind of policy that raised it. */
  readonly policy: string;
  readonly cause?: unknown;
}

/** What a refusal knows besides. */
export interface RefusalFacts extends ErrorFacts {
  /** Milliseconds before which asking again is certain to be refused; undefined where nobody knows. */
  readonly retryAfter?: number | undefined;
  /** Keeps the stack of the refusal, to find out who called. @default false */
  readonly captureStack?: boolean | undefined;
}

const family = Symbol.for('holdfast.error');

/** Lets `instanceof` recognise an error by its family names, also when it comes from another copy of this package. */
function isOfFamily(this: { readonly prototype: object; readonly family?: string }, value: unknown): boolean {
  if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
  if (!Object.hasOwn(this, 'family') || typeof value !== 'object' || value === null) return false;
  const names = (value as { readonly [family]?: readonly string[] })[family];
  return Array.isArray(names) && names.includes(this.family);
}

/** Names a class of errors for `instanceof` across copies, and gives its instances their `name`. */
export function nameError(type: { readonly prototype: Error; readonly family: string }): void {
  const inherited = (Object.getPrototypeOf(type.prototype) as { readonly [family]?: readonly string[] })[family] ?? [];
  Object.defineProperty(type.prototype, 'name', { value: type.family, configurable: true, writable: true });
  Object.defineProperty(type.prototype, family, { value: [...inherited, type.family] });
}

/** Whatever Holdfast itself has to say about a call: a refusal, a timeout, a wrong option. */
export abstract class ResilienceError extends Error {
  static readonly family: string = 'ResilienceError';
  abstract readonly code: ResilienceErrorCode;
  readonly site: string;
  readonly policy: string;

  constructor(message: string, facts: ErrorFacts) {
    super(message, 'cause' in facts && facts.cause !== undefined ? { cause: facts.cause } : undefined);
    this.site = facts.site;
    this.policy = facts.policy;
  }

  static {
    Object.defineProperty(ResilienceError, Symbol.hasInstance, { value: isOfFamily });
    nameError(ResilienceError);
  }
}

/** The method was not called: a policy refused before it. */
export abstract class RejectedError extends ResilienceError {
  static override readonly family: string = 'RejectedError';
  /** Milliseconds before which asking again is certain to be refused; undefined where nobody knows. */
  readonly retryAfter: number | undefined;

  /** A refusal is an everyday answer: it carries its facts, and spares the price of a stack unless it is asked for one. */
  constructor(message: string, facts: RefusalFacts) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, facts);
    Error.stackTraceLimit = limit;
    if (facts.captureStack) Error.captureStackTrace(this, new.target);
    this.retryAfter = facts.retryAfter;
  }

  static {
    nameError(RejectedError);
  }
}

/** Which patience ran out: of one attempt, of the whole call, or of a protected call around it. */
export type TimeoutScope = 'attempt' | 'total' | 'inherited';

/** The time for a call ran out; work that ignores its signal may still go on behind it. */
export class TimeoutError extends ResilienceError {
  static override readonly family: string = 'TimeoutError';
  readonly code = 'HOLDFAST_TIMEOUT';
  readonly scope: TimeoutScope;
  /** The milliseconds that were allowed; for an inherited deadline those that were left. */
  readonly after: number;

  constructor(scope: TimeoutScope, after: number, facts: Pick<ErrorFacts, 'site' | 'cause'>) {
    super(timeoutMessage(scope, after, facts.site), { ...facts, policy: 'timeout' });
    this.scope = scope;
    this.after = after;
  }

  static {
    nameError(TimeoutError);
  }
}

function timeoutMessage(scope: TimeoutScope, after: number, site: string): string {
  if (scope === 'inherited') return `${site} ran out of time: the call around it has reached its deadline`;
  return `${site} ran out of time: ${scope === 'total' ? 'the call' : 'the attempt'} took longer than ${after} ms`;
}

/** The runtime that protected the method has been disposed; nothing runs in it any more. */
export class RuntimeDisposedError extends ResilienceError {
  static override readonly family: string = 'RuntimeDisposedError';
  readonly code = 'HOLDFAST_RUNTIME_DISPOSED';

  constructor(site: string) {
    super(`${site} was not completed: its runtime has been disposed`, { site, policy: 'runtime' });
  }

  static {
    nameError(RuntimeDisposedError);
  }
}

/** Tells whether an error was raised by Holdfast, in whatever copy of the package. */
export function isResilienceError(error: unknown): error is ResilienceError {
  return error instanceof ResilienceError;
}

/** Tells whether an error is a refusal: the method was not called. */
export function isRejected(error: unknown): error is RejectedError {
  return error instanceof RejectedError;
}
