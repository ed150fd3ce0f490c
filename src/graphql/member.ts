import { type Call, callBehind, letEnd, surroundingCall, watchSignal } from '../core/index.js';
import type { GraphQLResult } from './graphql-result.js';
import type { OperationRequest } from './operation-request.js';

/** One operation of a batch, and the caller who waits for it: for as long as its own signal and the protected call around it let it. */
export class Member {
  readonly request: OperationRequest;
  readonly outer: Call | undefined;
  readonly result: Promise<GraphQLResult<unknown>>;
  /** Its caller has what it waited for, or has left. */
  settled = false;
  readonly #stop: (() => void)[] = [];
  #resolve!: (result: GraphQLResult<unknown>) => void;
  #reject!: (error: unknown) => void;

  /** To be made where the call around it is the current one; `left` is told when its caller leaves. */
  constructor(request: OperationRequest, left: (member: Member) => void) {
    const { signal } = request.transport;
    this.request = request;
    this.outer = (signal && callBehind(signal)) ?? surroundingCall();
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const leave = (reason: unknown) => {
      this.reject(reason);
      left(this);
    };
    if (this.outer !== undefined) this.#watchCall(this.outer, leave);
    if (signal !== undefined && !this.settled) this.#watchSignal(signal, leave);
  }

  resolve(result: GraphQLResult<unknown>): void {
    this.#settle();
    this.#resolve(result);
  }

  reject(error: unknown): void {
    this.#settle();
    this.#reject(error);
  }

  #watchCall(call: Call, leave: (reason: unknown) => void): void {
    letEnd(call);
    if (call.ending) leave(call.ending.reason);
    else this.#stop.push(call.watch(({ reason }) => leave(reason)));
  }

  #watchSignal(signal: AbortSignal, leave: (reason: unknown) => void): void {
    if (signal.aborted) leave(signal.reason);
    else this.#stop.push(watchSignal(signal, () => leave(signal.reason)));
  }

  #settle(): void {
    this.settled = true;
    for (const stop of this.#stop) stop();
    this.#stop.length = 0;
  }
}
