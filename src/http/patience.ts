import {
  type Answer,
  type Call,
  type Clock,
  callBehind,
  type Lifetime,
  surroundingCall,
  tellAnswer,
  watchSignal,
} from '../core/index.js';

/** What may end a request before its answer is there. */
export interface PatienceOptions {
  readonly clock: Clock;
  /** Milliseconds for the whole request; Infinity for no limit. */
  readonly timeout: number;
  /** The caller's own signal. */
  readonly signal: AbortSignal | undefined;
  /** Ends when the client is closed. */
  readonly client: Lifetime;
}

/**
 * How long one request may go on: its time, its caller, the call around it and the client can each end it.
 * It is as much of a signal as axios needs: an AbortController for each request would cost more than all the rest.
 */
export class Patience {
  /** Where the request comes from: the protected method around it, empty when none is known. */
  readonly site: string;
  /** The request is to end. */
  aborted = false;
  /** Why it is to end: the reason of the signal that says so. */
  reason: unknown;
  /** The milliseconds that were allowed, when it is time that ran out: none when the call around it had none left. */
  timedOutAfter: number | undefined;
  readonly #call: Call | undefined;
  readonly #leave: (() => void)[] = [];
  #listener: (() => void) | undefined;

  /** Looks for the call around it: to be made before the first `await`. */
  constructor({ clock, timeout, signal, client }: PatienceOptions) {
    const call = (signal && callBehind(signal)) ?? surroundingCall();
    this.#call = call;
    this.site = call?.site ?? '';
    this.#watchClient(client);
    if (signal) this.#watch(signal);
    if (call && call.signal !== signal) this.#watch(call.signal);
    // a deadline that comes before the timeout is left to the call's signal: the call may yet be given more time
    if (call?.expired) this.#strike(0);
    else if (timeout < Number.POSITIVE_INFINITY) this.#leave.push(clock.later(timeout, () => this.#strike(timeout)));
  }

  /** Called by axios, which listens once, for 'abort'. */
  addEventListener(_: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  /** Tells the call around it what the server answered, for those who pace it. */
  heard(answer: Answer): void {
    if (this.#call) tellAnswer(this.#call, answer);
  }

  /** Lets go of the signals and of the time: the request is over. */
  release(): void {
    for (const leave of this.#leave) leave();
    this.#leave.length = 0;
  }

  #watchClient(client: Lifetime): void {
    if (client.ending) this.#end(client.ending.reason);
    else this.#leave.push(client.watch(({ reason }) => this.#end(reason)));
  }

  #watch(signal: AbortSignal): void {
    if (signal.aborted) this.#end(signal.reason);
    else this.#leave.push(watchSignal(signal, () => this.#end(signal.reason)));
  }

  #strike(timeout: number): void {
    if (this.aborted) return;
    this.timedOutAfter = timeout;
    this.#end(undefined);
  }

  #end(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#listener?.();
  }
}
