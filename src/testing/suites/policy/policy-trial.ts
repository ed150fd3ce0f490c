import assert from 'node:assert/strict';
import { Call, type Next, type Policy } from '../../../core/index.js';
import type { Pipeline } from '../../../pipeline/index.js';
import { declarationBehind, Runtime } from '../../../runtime/index.js';
import { RecordedEvents } from '../../events/recorded-events.js';
import { type Watched, watch } from '../../flaky/watch.js';
import { ManualClock, settle } from '../../manual-clock.js';
import type { Demand as AnyDemand } from '../demands.js';

/** The decorator of a policy, as it stands above a method. */
export type PolicyDecorator = (
  target: object,
  name: string,
  descriptor: TypedPropertyDescriptor<AnyMethod>,
) => TypedPropertyDescriptor<AnyMethod>;

type AnyMethod = (this: object, id: unknown, options?: { readonly signal?: AbortSignal }) => Promise<unknown>;

/** What not every policy claims. */
export type PolicyClaim = 'values' | 'errors' | 'attached';

/** Something that is expected of a policy. */
export type Demand = AnyDemand<PolicyTrial, PolicyClaim>;

/** What stands for the method in a trial: it is told which call it is. */
export type Work = (id: unknown, signal: AbortSignal | undefined) => unknown;

const noDecorator = 'make() must give the decorator of a policy';

/** The longest time that is waited at once, in milliseconds. */
const longest = 2 ** 22;

/** One policy above one method, in a runtime of its own whose time stands still. */
export class PolicyTrial {
  readonly clock = new ManualClock();
  readonly runtime = new Runtime({ clock: this.clock });
  readonly events = new RecordedEvents(this.runtime);
  readonly pipeline: Pipeline;
  readonly claims: { readonly events: readonly string[] | undefined };
  readonly #subject: { method: AnyMethod };
  #work: Work = () => undefined;

  constructor(decorate: PolicyDecorator, claims: PolicyTrial['claims']) {
    assert.equal(typeof decorate, 'function', noDecorator);
    const work: Work = (id, signal) => this.#work(id, signal);
    class Subject {
      async method(id: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown> {
        return work(id, options?.signal);
      }
    }
    const plain = Object.getOwnPropertyDescriptor(Subject.prototype, 'method') as TypedPropertyDescriptor<AnyMethod>;
    const protectedMethod = decorate(Subject.prototype, 'method', plain)?.value;
    const declaration = protectedMethod && declarationBehind(protectedMethod);
    assert.ok(declaration, noDecorator);
    Object.defineProperty(Subject.prototype, 'method', { ...plain, value: protectedMethod });
    this.claims = claims;
    this.#subject = new Subject();
    this.runtime.bind(this.#subject);
    this.pipeline = this.runtime.pipeline(declaration, Subject.prototype);
    assert.ok(this.policies.length > 0, 'make() must ask for something: its options make no policy');
  }

  /** The policies at the places of the kind, outermost first. */
  get policies(): readonly Policy[] {
    return this.pipeline.policies.map(({ policy }) => policy);
  }

  get kind(): string {
    return this.pipeline.policies[0]?.kind ?? '';
  }

  /** Nests the policies around a step; nothing stands between. */
  around(next: Next): Next {
    return this.policies.reduceRight((inner, policy) => policy.wrap(inner), next);
  }

  /** A call such as the policies are given, with arguments of its own. */
  newCall(id: unknown = {}): Call {
    return new Call(this.pipeline, this.#subject, [id]);
  }

  /** Calls the protected method, as a user does. */
  async invoke(work: Work, id: unknown = {}, signal?: AbortSignal): Promise<unknown> {
    this.#work = work;
    return signal === undefined ? this.#subject.method(id) : this.#subject.method(id, { signal });
  }

  /** Waits for a promise, and lets as much time pass for it as it needs, hardly more. */
  async outcome<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
    const seen = watch(promise);
    await settle();
    for (let step = 1; seen.state === 'pending' && step <= longest; step *= 2) await this.clock.advance(step);
    return settled(seen, 'after two hours it is not over');
  }

  /** What a promise has come to by now, without any time. */
  async outcomeNow<T>(promise: Promise<T>, otherwise: string): Promise<PromiseSettledResult<T>> {
    const seen = watch(promise);
    await settle();
    return settled(seen, otherwise);
  }

  /** Expects that calls pass at once, as if nothing had happened. */
  async passes(after: string): Promise<void> {
    const value = {};
    const outcome = await this.outcomeNow(
      this.invoke(() => value),
      `after ${after}, a call has to wait`,
    );
    assert.ok(outcome.status === 'fulfilled', `after ${after}, a call fails: ${reasonOf(outcome)}`);
  }

  async clear(): Promise<void> {
    this.events.stop();
    const disposed = this.runtime.dispose({ drain: 0 });
    await this.clock.advance(60_000); // a test that failed may have begun to dispose it with patience
    await disposed;
  }
}

/** Why something failed, in a few words. */
export function reasonOf(outcome: PromiseSettledResult<unknown>): string {
  return outcome.status === 'rejected' ? String(outcome.reason) : 'it has succeeded';
}

function settled<T>(seen: Watched<T>, otherwise: string): PromiseSettledResult<T> {
  assert.notEqual(seen.state, 'pending', otherwise);
  return seen.state === 'resolved'
    ? { status: 'fulfilled', value: seen.value as T }
    : { status: 'rejected', reason: seen.error };
}
