import { type Clock, enterCall, runOutside } from '../core/index.js';
import { ClientClosedError, mapError, type RequestFacts } from '../http/index.js';
import { BatchAnswers } from './batch-answers.js';
import type { ClientSettings } from './client-settings.js';
import type { GraphQLResult } from './graphql-result.js';
import { Member } from './member.js';
import type { OperationRequest } from './operation-request.js';
import { payloadJson } from './payload.js';
import { accept, type Sender } from './sender.js';

/** What batches need of their client. */
export interface BatchParts {
  readonly settings: ClientSettings;
  readonly limits: { readonly max: number; readonly wait: number };
  /** Sends what found no company. */
  readonly sender: Sender;
  readonly clock: () => Clock;
  readonly facts: (endpoint: string) => RequestFacts;
}

/** Collects queries that are made at the same time and sends them in one request; each caller may leave, the last one ends the request. */
export class Batches {
  readonly #parts: BatchParts;
  readonly #underWay = new Map<AbortController, readonly Member[]>();
  #waiting: Member[] = [];
  #unschedule: (() => void) | undefined;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  /** To be called where the call around it is the current one. */
  send(request: OperationRequest): Promise<GraphQLResult<unknown>> {
    const member = new Member(request, (left) => this.#left(left));
    if (member.settled) return member.result;
    this.#waiting.push(member);
    if (this.#waiting.length >= this.#parts.limits.max) this.#depart();
    else if (this.#waiting.length === 1) this.#schedule();
    return member.result;
  }

  /** Ends all of them. */
  close(): void {
    for (const member of [...this.#waiting]) member.reject(this.#closed(member));
    this.#waiting = [];
    this.#unschedule?.();
    for (const [controller, members] of this.#underWay) {
      for (const member of members) if (!member.settled) member.reject(this.#closed(member));
      controller.abort(new ClientClosedError(this.#parts.facts('batch')));
    }
  }

  #schedule(): void {
    const { limits, clock } = this.#parts;
    const members = this.#waiting;
    const depart = () => {
      if (this.#waiting === members && members.length > 0) this.#depart();
    };
    this.#unschedule = limits.wait > 0 ? clock().later(limits.wait, depart) : undefined;
    if (limits.wait === 0) queueMicrotask(depart);
  }

  #depart(): void {
    this.#unschedule?.();
    this.#unschedule = undefined;
    const members = this.#waiting;
    this.#waiting = [];
    const [first, second] = members;
    if (first === undefined) return;
    if (second === undefined) this.#alone(first);
    else runOutside(() => this.#together(members));
  }

  #alone(member: Member): void {
    const before = enterCall(member.outer);
    const asked = this.#parts.sender.send(member.request);
    enterCall(before);
    asked.then(
      (result) => member.resolve(result),
      (error) => member.reject(error),
    );
  }

  async #together(members: readonly Member[]): Promise<void> {
    const { rest, endpoint, reader } = this.#parts.settings;
    const requests = members.map(({ request }) => request);
    const answers = new BatchAnswers(requests, reader);
    const controller = new AbortController();
    this.#underWay.set(controller, members);
    try {
      await rest.request('POST', endpoint.path, {
        body: `[${requests.map((request) => payloadJson(request, 'text')).join(',')}]`,
        headers: { accept, 'content-type': 'application/json' },
        ...{ idempotent: true, endpoint: 'batch', signal: controller.signal, middleware: [answers.inAttempts] },
      });
      this.#deal(members, answers.all() ?? []);
    } catch (error) {
      const each = answers.all(error);
      if (each === undefined) for (const member of members) member.reject(this.#told(error, answers));
      else this.#deal(members, each);
    } finally {
      this.#underWay.delete(controller);
    }
  }

  #deal(members: readonly Member[], outcomes: readonly (GraphQLResult<unknown> | Error)[]): void {
    for (const [index, member] of members.entries()) {
      const outcome = outcomes[index];
      if (outcome instanceof Error) member.reject(mapError(outcome, this.#parts.settings.mapErrors));
      else if (outcome !== undefined) member.resolve(outcome);
    }
  }

  /** What one caller is told of a request that failed as a whole; what `failOn` throws about it takes its place. */
  #told(error: unknown, answers: BatchAnswers): unknown {
    try {
      const explained = answers.explained(error);
      return explained === error ? error : mapError(explained, this.#parts.settings.mapErrors);
    } catch (thrown) {
      return thrown;
    }
  }

  #left(member: Member): void {
    const place = this.#waiting.indexOf(member);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (this.#waiting.length === 0) this.#unschedule?.();
    for (const [controller, members] of this.#underWay) {
      if (members.includes(member) && members.every(({ settled }) => settled)) controller.abort();
    }
  }

  #closed({ request }: Member): ClientClosedError {
    return new ClientClosedError(this.#parts.facts(request.operation.endpoint));
  }
}
