/** The terms of the reference, in the words of the documentation. */
export interface ReferenceTerms {
  readonly consecutive?: number;
  readonly failures?: number;
  readonly failureRate?: number;
  readonly window: { readonly calls: number } | { readonly time: number };
  readonly minimumCalls: number;
  readonly overStarted: boolean;
  readonly openFor: number;
  readonly halfOpenCalls: number;
  readonly successThreshold: number;
  readonly halfOpenFor: number;
  /** A probe runs so often while it is open. */
  readonly probeEvery?: number;
}

type Result = 'success' | 'failure' | 'neutral';

interface Admitted {
  readonly period: number;
  readonly expiresAt: number;
  place: 'held' | 'given back' | 'settled' | 'expired';
}

/**
 * A circuit as one would write it without a thought for speed: it keeps every result, counts them all each time, and moves at the very
 * moment at which something is due.
 */
export class ReferenceCircuit {
  state: 'closed' | 'open' | 'half-open' = 'closed';
  readonly moves: { readonly to: string; readonly at: number }[] = [];
  readonly #terms: ReferenceTerms;
  #now: number;
  /** Counts the moves, so that a call knows whether it is late. */
  #period = 0;
  #periodAt: number;
  #until = 0;
  /** How many probes have been started. */
  probes = 0;
  #probe: 'none' | 'runs' | 'given up' = 'none';
  #probeAt = Number.POSITIVE_INFINITY;
  #results: { readonly failed: boolean; readonly at: number }[] = [];
  #admitted: Admitted[] = [];

  constructor(terms: ReferenceTerms, now: number) {
    this.#terms = terms;
    this.#now = now;
    this.#periodAt = now;
  }

  /** Moves time on, one due moment after the other. */
  advance(by: number): void {
    const end = this.#now + by;
    for (;;) {
      const due = Math.min(
        this.state === 'open' ? this.#until : Number.POSITIVE_INFINITY,
        this.#probeAt,
        ...this.#held().map(({ expiresAt }) => expiresAt),
      );
      if (due > end) break;
      this.#now = due;
      if (this.state !== 'open') this.#expire(due);
      else if (due === this.#until) this.#move('half-open');
      else this.#probing(due);
    }
    this.#now = end;
  }

  /** Lets a call in, or says why not. */
  start(): Admitted | { readonly retryAfter: number | undefined } {
    if (this.state === 'open') {
      return { retryAfter: this.#probe === 'runs' ? undefined : Math.min(this.#until, this.#probeAt) - this.#now };
    }
    if (this.state === 'half-open' && this.#taken() >= this.#terms.halfOpenCalls) {
      return { retryAfter: Math.min(...this.#held().map(({ expiresAt }) => expiresAt)) - this.#now };
    }
    const admitted: Admitted = { period: this.#period, expiresAt: this.#now + this.#terms.halfOpenFor, place: 'held' };
    this.#admitted.push(admitted);
    return admitted;
  }

  settle(call: Admitted, result: Result): void {
    if (call.period !== this.#period || call.place !== 'held') return;
    call.place = result === 'neutral' ? 'given back' : 'settled';
    if (result === 'neutral') return;
    this.#results.push({ failed: result === 'failure', at: this.#now });
    if (this.state === 'closed' && this.#reached()) this.#move('open');
    else this.#judge();
  }

  /** The probe that was started last comes to its end. */
  settleProbe(passed: boolean): void {
    const counts = this.#probe === 'runs';
    this.#probe = 'none';
    if (counts && passed) this.#move('half-open');
  }

  get failures(): number {
    return this.#window().filter(({ failed }) => failed).length;
  }

  get calls(): number {
    return this.#window().length;
  }

  get inFlight(): number {
    return this.#admitted.filter(({ place }) => place === 'held').length;
  }

  #held(): Admitted[] {
    return this.state === 'half-open' ? this.#admitted.filter(({ place }) => place === 'held') : [];
  }

  #taken(): number {
    return this.#admitted.filter(({ place }) => place !== 'given back').length;
  }

  #probing(at: number): void {
    this.#probeAt = at + (this.#terms.probeEvery as number);
    if (this.#probe === 'none') this.probes++;
    this.#probe = this.#probe === 'none' ? 'runs' : 'given up';
  }

  #expire(at: number): void {
    const call = this.#held().find(({ expiresAt }) => expiresAt === at) as Admitted;
    call.place = 'expired';
    this.#results.push({ failed: true, at });
    this.#judge();
  }

  #judge(): void {
    if (this.state !== 'half-open') return;
    const { halfOpenCalls, successThreshold } = this.#terms;
    const failures = this.#results.filter(({ failed }) => failed).length;
    if (this.#results.length - failures >= successThreshold) this.#move('closed');
    else if (failures > halfOpenCalls - successThreshold) this.#move('open');
  }

  #move(to: 'closed' | 'open' | 'half-open'): void {
    this.state = to;
    this.moves.push({ to, at: this.#now });
    this.#period++;
    this.#periodAt = this.#now;
    this.#results = [];
    this.#admitted = [];
    if (this.#probe === 'runs') this.#probe = 'given up';
    this.#probeAt =
      to === 'open' ? this.#now + (this.#terms.probeEvery ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    if (to === 'open') this.#until = this.#now + this.#terms.openFor;
  }

  #window(): { readonly failed: boolean; readonly at: number }[] {
    const { window } = this.#terms;
    if (this.state === 'half-open') return this.#results;
    if ('calls' in window) return this.#results.slice(-window.calls);
    const bucket = (at: number) => Math.floor((at - this.#periodAt) / (window.time / 10));
    return this.#results.filter(({ at }) => bucket(this.#now) - bucket(at) < 10);
  }

  #reached(): boolean {
    const { consecutive, failures, failureRate, minimumCalls, overStarted } = this.#terms;
    const lastSuccess = this.#results.findLastIndex(({ failed }) => !failed);
    if (consecutive !== undefined && this.#results.length - 1 - lastSuccess >= consecutive) return true;
    if (failures !== undefined && this.failures >= failures) return true;
    const calls = this.calls + (overStarted ? this.inFlight : 0);
    return failureRate !== undefined && calls >= minimumCalls && this.failures / calls >= failureRate;
  }
}
