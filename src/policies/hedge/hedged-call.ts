import { type AttemptResult, type Call, note, type Outcome, racedMark } from '../../core/index.js';
import { Copy } from './copy.js';
import { CopyOutrun } from './copy-outrun.js';
import type { HedgeUse } from './hedge-use.js';
import { Losers } from './losers.js';
import { Pause } from './pause.js';

/** One call and its copies: settles once, with the first answer among them. Plain fields: one is made per call. */
export class HedgedCall {
  readonly use: HedgeUse;
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  copies: readonly Copy[] = [];
  running = 0;
  /** How many more hedges may be asked for. */
  left: number;
  startedAt = 0;
  delay = 0;
  pause: Pause | undefined = undefined;
  /** How the first copy failed: the outcome, if all others fail too. */
  failure: Outcome | undefined = undefined;
  outcome: Outcome | undefined = undefined;

  constructor(use: HedgeUse, call: Call, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    this.use = use;
    this.call = call;
    this.resolve = resolve;
    this.reject = reject;
    this.left = use.maxHedges;
  }

  start(): void {
    const { clock, delay, budget, feeds, maxHedges } = this.use;
    const now = clock.now();
    this.startedAt = now;
    this.delay = delay.current;
    note(this.call, racedMark, maxHedges > 0);
    if (feeds && budget !== undefined) budget.begin(now);
    this.#run(undefined);
    if (this.delay > 0) this.#wait(now);
    else for (let hedge = 0; hedge < maxHedges; hedge++) this.#hedge(undefined);
  }

  #run(taken: number | undefined): void {
    const copy = new Copy(this.call, this.copies.length, taken);
    this.copies = copy.number === 0 ? [copy] : [...this.copies, copy];
    this.running++;
    this.use.next(copy.call).then(
      (value) => this.#came(copy, { ok: true, value }),
      (error) => this.#came(copy, { ok: false, error }),
    );
  }

  #wait(now: number): void {
    const { call, delay, use } = this;
    if (this.left === 0 || delay === Number.POSITIVE_INFINITY || now + delay >= call.deadline) return;
    this.pause = new Pause(use.clock, () => this.#hedge(undefined));
    this.pause.begin(now, delay, use.delay);
  }

  /** Makes another copy, if one may still be made: because the last one takes long, or one has failed. */
  #hedge(failure: Outcome | undefined): void {
    const { call, use } = this;
    const now = use.clock.now();
    this.pause?.stop();
    if (this.left === 0 || now >= call.deadline || call.halt !== undefined) return;
    this.left--;
    const error = failure?.ok === false ? failure.error : undefined;
    const taken = use.budget === undefined ? 0 : use.budget.take({ site: call.site, kind: 'hedge', error });
    if (taken === undefined) use.stats.suppressed++;
    else this.#send(taken, now - this.startedAt, failure);
    this.#wait(now);
  }

  #send(taken: number, after: number, failure: Outcome | undefined): void {
    const { site, attempt } = this.call;
    const { stats, started } = this.use;
    stats.started++;
    if (started.heard) {
      const why = failure?.ok === false ? { error: failure.error } : undefined;
      started.emit({ site, attempt, hedge: this.copies.length, after, ...why });
    }
    this.#run(taken);
  }

  #came(copy: Copy, outcome: Outcome): void {
    const { ending } = this.call;
    if (this.outcome !== undefined) this.use.discard(outcome, this.outcome);
    else if (ending === undefined) this.#judge(copy, outcome);
    else {
      this.use.discard(outcome, undefined); // the end of the whole call wins over whatever comes of it
      this.#finish({ ok: false, error: ending.reason });
    }
  }

  #judge(copy: Copy, outcome: Outcome): void {
    const verdict = this.use.judge.verdict(outcome, copy);
    if (verdict === 'answered') this.#won(copy, outcome);
    else this.#fell(copy, outcome, verdict);
  }

  #won(copy: Copy, outcome: Outcome): void {
    const { clock, delay, stats, won } = this.use;
    this.#settle(copy, outcome.ok ? 'success' : 'neutral');
    if (delay.learn !== undefined) this.#learn(copy, delay.learn);
    if (copy.number > 0) {
      stats.won++;
      if (won.heard) won.emit({ site: this.call.site, hedge: copy.number, elapsed: clock.now() - this.startedAt });
    }
    this.#finish(outcome);
  }

  #fell(copy: Copy, outcome: Outcome, verdict: 'failed' | 'refused'): void {
    const { stats } = this.use;
    this.#settle(copy, verdict === 'failed' ? 'failure' : 'neutral');
    if (copy.number === 0) this.failure = outcome;
    else {
      this.use.discard(outcome, this.failure);
      if (verdict === 'failed' || copy.call.started) stats.failed++;
      else {
        stats.started--; // it was not made after all
        stats.suppressed++;
      }
    }
    if (verdict === 'failed') this.#hedge(outcome);
    if (this.running === 0 && this.failure !== undefined) this.#finish(this.failure);
  }

  /**
   * How long the first copy took. One that was outrun counts with what it had taken by then: without the slow ones each delay would be a
   * percentile of the calls that were faster than the delay before, and would sink until everything is hedged.
   */
  #learn(winner: Copy, learn: (latency: number, now: number) => void): void {
    if (winner.number > 0 && !this.copies[0]?.running) return;
    const now = this.use.clock.coarse();
    learn(now - this.startedAt, now);
  }

  #settle(copy: Copy, result: AttemptResult): void {
    copy.settle(result, this.use);
    copy.call.release();
    this.running--;
  }

  #finish(outcome: Outcome): void {
    const { outcomes } = this.use;
    this.outcome = outcome;
    this.pause?.stop();
    if (this.running > 0) this.#endOthers(outcome);
    if (this.failure !== undefined) this.use.discard(this.failure, outcome);
    if (outcome.ok) this.resolve(outcomes === undefined ? outcome.value : outcomes.succeeded(outcome.value));
    else {
      outcomes?.failed(outcome.error, this.call);
      this.reject(outcome.error);
    }
  }

  #endOthers(outcome: Outcome): void {
    const reason = new CopyOutrun();
    const losers = new Losers(this.use, outcome);
    for (const copy of this.copies.filter(({ running }) => running)) {
      copy.settle('neutral', this.use);
      if (copy.number > 0) this.use.stats.lost++;
      copy.call.end(reason, false, losers); // changes nothing where the whole call has ended
    }
  }
}
