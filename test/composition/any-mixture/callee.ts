import fc from 'fast-check';
import { type CurrentCall, currentCall, markPermanent } from '../../../decorators/index.js';
import type { ManualClock } from '../../../src/testing/index.js';
import { Boom } from '../../../src/testing/index.js';

/** What one run of the method does. */
export interface Run {
  readonly does: 'gives' | 'gives bad' | 'gives plainly' | 'fails' | 'fails for good' | 'throws' | 'hangs' | 'cancels';
  readonly takes: number;
  /** What it does when its signal aborts; `nothing` also where it never looks at it. */
  readonly onAbort: 'nothing' | 'rejects with the reason' | 'fails' | 'gives';
}

export const runs: fc.Arbitrary<Run> = fc.record<Run>({
  does: fc.constantFrom(
    'gives',
    'gives',
    'gives bad',
    'gives plainly',
    'fails',
    'fails',
    'fails for good',
    'throws',
    'hangs',
    'cancels',
  ),
  takes: fc.constantFrom(0, 0, 5, 30, 100),
  onAbort: fc.constantFrom('nothing', 'rejects with the reason', 'fails', 'gives'),
});

/** What the method gives: it holds something that is to be given back, unless somebody gets it. */
export class Answer implements Disposable {
  readonly bad: boolean;
  disposed = 0;

  constructor(bad: boolean) {
    this.bad = bad;
  }

  [Symbol.dispose](): void {
    this.disposed++;
  }
}

/** What is called, with everything that it ever gave and threw. */
export class Callee {
  readonly clock: ManualClock;
  readonly answers = new Set<Answer>();
  readonly errors = new Set<unknown>();
  /** With what it ended calls of its own accord. */
  readonly reasons = new Set<unknown>();
  calls = 0;
  /** Runs that have not settled, and other waits of its own. */
  running = 0;
  /** What runs took of their calls to hear of an end. */
  readonly signals = new Set<AbortSignal>();
  /** Runs that began although their call had ended. */
  tooLate = 0;
  readonly #script: readonly Run[];
  readonly #hanging = new Set<() => void>();
  #patient = true;

  constructor(clock: ManualClock, script: readonly Run[]) {
    this.clock = clock;
    this.#script = script;
  }

  readonly method = (_id: number, signal?: AbortSignal): Promise<unknown> => {
    const run = this.#script[this.calls++ % this.#script.length] as Run;
    if (signal?.aborted) this.tooLate++;
    if (run.does === 'throws') throw this.error('thrown at once');
    if (run.does === 'gives plainly') return this.answer(false) as never;
    const call = run.does === 'cancels' || run.onAbort !== 'nothing' ? currentCall() : undefined;
    const own = signal ?? call?.signal;
    if (own !== undefined) this.signals.add(own);
    if (run.does === 'cancels') this.#cancel(call);
    return this.#whileRunning(this.#play(run, own));
  };

  /** Time that passes for what belongs to it without being the method: a substitute, or an injected behavior. */
  sleep(duration: number): Promise<void> {
    return this.#whileRunning(this.clock.sleep(duration));
  }

  answer(bad: boolean): Answer {
    const answer = new Answer(bad);
    this.answers.add(answer);
    return answer;
  }

  error(what: string): Boom {
    const error = new Boom(what);
    this.errors.add(error);
    return error;
  }

  /** Whatever hangs comes back, and nothing hangs any more. */
  release(): void {
    this.#patient = false;
    for (const settle of this.#hanging) settle();
  }

  #whileRunning<T>(work: Promise<T>): Promise<T> {
    this.running++;
    return work.finally(() => {
      this.running--;
    });
  }

  #cancel(call: CurrentCall | undefined): void {
    const reason = { cancelled: this.calls };
    this.reasons.add(reason);
    call?.cancel(reason);
  }

  #play(run: Run, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const stop = this.#begin(run, resolve, reject);
      if (run.onAbort === 'nothing' || signal === undefined) return;
      const heard = () => {
        stop();
        if (run.onAbort === 'gives') resolve(this.answer(false));
        else reject(run.onAbort === 'fails' ? this.error('after an abort') : signal.reason);
      };
      if (signal.aborted) heard();
      else signal.addEventListener('abort', heard);
    });
  }

  /** Settles a run when it is time; the returned function gives that up. */
  #begin({ does, takes }: Run, resolve: (answer: Answer) => void, reject: (error: Boom) => void): () => void {
    const end = () => {
      this.#hanging.delete(end);
      if (does === 'fails') reject(this.error('failed'));
      else if (does === 'fails for good') reject(this.#permanent());
      else resolve(this.answer(does === 'gives bad'));
    };
    if (does === 'hangs' && this.#patient) {
      this.#hanging.add(end);
      return () => this.#hanging.delete(end);
    }
    if (takes > 0) return this.clock.later(takes, end);
    end();
    return () => undefined;
  }

  #permanent(): Boom {
    const error = this.error('for good');
    markPermanent(error);
    return error;
  }
}
