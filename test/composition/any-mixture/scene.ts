import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { type DetailedResult, explain, type Protected, protect, type Runtime } from '../../../decorators/index.js';
import { RecordedEvents, settle, testRuntime, watch } from '../../../src/testing/index.js';
import { Callee, type Run, runs } from './callee.js';
import { type Mixture, mixtures, policiesOf } from './mixture.js';

/** Something that happens to a protected method. */
export type Step =
  | {
      readonly is: 'call';
      readonly id: number;
      readonly caller: 'anybody' | 'own' | 'shared';
      readonly detailed: boolean;
    }
  | { readonly is: 'leave'; readonly caller: number }
  | { readonly is: 'pause'; readonly duration: number }
  | { readonly is: 'release' };

/** A mixture of policies around a method, and what happens to it. */
export interface Scene {
  readonly mixture: Mixture;
  readonly script: readonly Run[];
  readonly steps: readonly Step[];
  /** Somebody listens to events: most production calls have nobody who does, and take a shorter way. */
  readonly watched: boolean;
  /** In the end all callers who can leave do, or all wait for what comes. */
  readonly end: 'leave' | 'wait';
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('call' as const),
      id: fc.integer({ min: 0, max: 2 }),
      caller: fc.constantFrom('anybody', 'own', 'own', 'shared'),
      detailed: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('leave' as const), caller: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant('pause' as const), duration: fc.constantFrom(1, 5, 12, 30, 120) }),
  },
  { weight: 1, arbitrary: fc.constant({ is: 'release' as const }) },
);

export const scenes: fc.Arbitrary<Scene> = fc.record({
  mixture: mixtures,
  script: fc.array(runs, { minLength: 1, maxLength: 10, size: 'max' }),
  steps: fc.array(steps, { minLength: 1, maxLength: 24, size: 'max' }),
  watched: fc.boolean(),
  end: fc.constantFrom('leave', 'wait'),
});

/** One call as its caller saw it. */
export interface Watched {
  readonly controller: AbortController | undefined;
  readonly detailed: boolean;
  readonly seen: ReturnType<typeof watch<unknown>>;
  /** With what its caller left while it was pending. */
  left?: unknown;
}

/** Plays a scene on a manual clock, step by step. */
export class Stage {
  readonly clock;
  readonly runtime: Runtime;
  /** What was told, if anybody listens. */
  readonly events: RecordedEvents | undefined;
  readonly callee: Callee;
  readonly calls: Watched[] = [];
  readonly bounds;
  /** With what callers left. */
  readonly reasons = new Set<unknown>();
  /** Calls whose callers left and were not told so before time moved. */
  readonly keptWaiting: Watched[] = [];
  /** Alarms that were still armed when the last call and the last run had just settled. */
  alarmsAtRest = 0;
  readonly #call: Protected<(id: number, signal?: AbortSignal) => Promise<unknown>>;
  readonly #shared = new AbortController();
  readonly #controllers = new Set<AbortController>();

  constructor({ mixture, script, watched }: Scene) {
    const { clock, runtime } = testRuntime();
    this.clock = clock;
    this.runtime = runtime;
    this.events = watched ? new RecordedEvents(runtime) : undefined;
    this.callee = new Callee(clock, script);
    this.#call = protect(this.callee.method, policiesOf(mixture, this.callee), { id: 'Service.method', runtime });
    const [{ attempts, duration } = { attempts: 0, duration: 0 }] = explain(this.#call);
    this.bounds = { attempts, duration };
  }

  /** Listeners that hang on the signals of all callers. */
  get listeners(): number {
    return [...this.#controllers].flatMap(({ signal }) => getEventListeners(signal, 'abort')).length;
  }

  get pending(): Watched[] {
    return this.calls.filter(({ seen }) => seen.state === 'pending');
  }

  get isBusy(): boolean {
    return this.pending.length > 0 || this.callee.running > 0;
  }

  async play(step: Step): Promise<void> {
    switch (step.is) {
      case 'call':
        this.#make(step);
        break;
      case 'leave':
        this.leave(this.calls[step.caller % this.calls.length]?.controller);
        break;
      case 'pause':
        await this.clock.advance(step.duration);
        break;
      case 'release':
        this.callee.release();
        break;
    }
    await settle();
    this.#checkThoseWhoLeft();
  }

  /** All callers who can leave do, in one tick. */
  leaveAll(): void {
    for (const controller of this.#controllers) this.leave(controller);
  }

  leave(controller: AbortController | undefined): void {
    if (controller === undefined || controller.signal.aborted) return;
    const reason = { left: this.clock.now() };
    this.reasons.add(reason);
    for (const call of this.pending.filter((pending) => pending.controller === controller)) call.left = reason;
    controller.abort(reason);
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    await settle();
    this.#checkThoseWhoLeft();
    this.callee.release();
    for (let time = 0; time < 10_000 && this.isBusy; time += 5) await this.clock.advance(5);
    this.alarmsAtRest = this.clock.pending;
    await this.clock.advance(3_600_000);
  }

  #make({ id, caller, detailed }: Extract<Step, { is: 'call' }>): void {
    const controller = this.#callerOf(caller);
    const args: [number, AbortSignal?] = controller === undefined ? [id] : [id, controller.signal];
    const seen = watch<unknown>(detailed ? this.#call.detailed(...args) : this.#call(...args));
    this.calls.push({ controller, detailed, seen });
  }

  #callerOf(caller: 'anybody' | 'own' | 'shared'): AbortController | undefined {
    if (caller === 'anybody') return undefined;
    const controller = caller === 'own' ? new AbortController() : this.#shared;
    this.#controllers.add(controller);
    return controller;
  }

  #checkThoseWhoLeft(): void {
    this.keptWaiting.push(...this.pending.filter((call) => 'left' in call));
  }
}

/** What a call came to, whether its caller asked for details or not. */
export function outcomeOf({ detailed, seen }: Watched): { readonly value?: unknown; readonly error?: unknown } {
  if (!detailed) return seen;
  return (seen.value ?? {}) as DetailedResult<unknown>;
}
