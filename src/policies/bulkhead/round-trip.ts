import type { Call, Clock, Ending } from '../../core/index.js';
import type { Adaptation, Sample } from './adaptation.js';
import type { OverloadJudge } from './overload.js';

/** A bulkhead as one call of it sees it that tells how it fared. */
export interface Learner {
  readonly clock: Clock;
  readonly running: number;
  /** Hears what a call tells that may still run. */
  learn(by: Adaptation, sample: Sample): void;
  /** Takes slots back, and hears what their call tells. */
  release(weight: number, by?: Adaptation, sample?: Sample): void;
}

/** One call in its slots, until its method settles: tells once how it fared, at the latest then. */
export class RoundTrip {
  readonly #bulkhead: Learner;
  readonly #adaptation: Adaptation;
  readonly #weight: number;
  readonly #call: Call;
  readonly #judge: OverloadJudge;
  readonly #startedAt: number;
  readonly #running: number;
  readonly #stop: (() => void) | undefined;

  constructor(bulkhead: Learner, adaptation: Adaptation, weight: number, call: Call, judge: OverloadJudge) {
    this.#bulkhead = bulkhead;
    this.#adaptation = adaptation;
    this.#weight = weight;
    this.#call = call;
    this.#judge = judge;
    this.#startedAt = bulkhead.clock.now();
    this.#running = bulkhead.running;
    this.#stop = call.due === undefined ? undefined : call.watch((ending) => this.#ended(ending));
  }

  succeeded(): void {
    this.#settled(this.#over ? undefined : this.#sample(false));
  }

  failed(error: unknown): void {
    this.#settled(this.#over ? undefined : this.#judged(error));
  }

  /** A timeout of ours strikes: that is told at once, for the method may hang for ever. Every other end says nothing. */
  #ended({ reason, timedOut }: Ending): void {
    const sample = timedOut ? this.#judged(reason) : undefined;
    if (sample) this.#bulkhead.learn(this.#adaptation, sample);
  }

  #settled(sample: Sample | undefined): void {
    this.#stop?.();
    this.#bulkhead.release(this.#weight, this.#adaptation, sample);
  }

  /** It was ended from outside: what the method makes of that says nothing. */
  get #over(): boolean {
    return this.#call.ending !== undefined;
  }

  #judged(error: unknown): Sample | undefined {
    const judgement = this.#judge(error, this.#call);
    return judgement === 'nothing' ? undefined : this.#sample(judgement === 'dropped');
  }

  #sample(dropped: boolean): Sample {
    const now = this.#bulkhead.clock.now();
    return { rtt: now - this.#startedAt, running: this.#running, dropped, now };
  }
}
