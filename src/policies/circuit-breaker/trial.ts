import { failed, type Outcome, slow } from './outcome.js';
import { Recording } from './recording.js';
import { Tally } from './tally.js';

/** What a half-open circuit asks for. */
export interface TrialTerms {
  /** The size of the trial: calls in flight and settled together. */
  readonly calls: number;
  /** So many successes end it well. */
  readonly successThreshold: number;
  /** A slow success counts against it. */
  readonly slowFails: boolean;
}

/** The place of one call in a trial. */
export interface Place {
  /** When it counts as failed, should its call not have settled. */
  readonly until: number;
}

/** The few calls by which a half-open circuit finds out how the callee is. */
export class Trial {
  readonly recording = new Recording(new Tally());
  readonly terms: TrialTerms;
  readonly #lease: number;
  readonly #places = new Set<Place>();
  #passed = 0;
  #failed = 0;

  /** `lease` is how many milliseconds a place is held for a call that does not settle. */
  constructor(terms: TrialTerms, lease: number) {
    this.terms = terms;
    this.#lease = lease;
  }

  /** The place that was taken first, of those still held. */
  get oldest(): Place | undefined {
    return this.#places.values().next().value;
  }

  /** How it ends, as soon as that is certain. */
  get verdict(): 'passed' | 'failed' | undefined {
    const { calls, successThreshold } = this.terms;
    if (this.#passed >= successThreshold) return 'passed';
    return this.#failed > calls - successThreshold ? 'failed' : undefined;
  }

  /** Takes a place, if there is one. */
  enter(now: number): Place | undefined {
    if (this.#passed + this.#failed + this.#places.size >= this.terms.calls) return undefined;
    const place = { until: now + this.#lease };
    this.#places.add(place);
    this.recording.inFlight++;
    return place;
  }

  /** Tells whether a call still holds its place. */
  holds(place: Place): boolean {
    return this.#places.has(place);
  }

  /** Counts the result of a call that holds a place. */
  settle(place: Place, outcome: Outcome, now: number): void {
    this.#leave(place);
    this.recording.add(outcome, now);
    if (outcome & failed || (outcome & slow && this.terms.slowFails)) this.#failed++;
    else this.#passed++;
  }

  /** Gives a place back. */
  giveBack(place: Place, now: number): void {
    this.#leave(place);
    this.recording.window.ignore(now);
  }

  /** Fails the places whose time is over by now, the oldest first; tells when that ended the trial, if it did. */
  expire(now: number): number | undefined {
    for (let place = this.oldest; place !== undefined && now >= place.until; place = this.oldest) {
      this.settle(place, failed, place.until);
      if (this.verdict !== undefined) return place.until;
    }
    return undefined;
  }

  #leave(place: Place): void {
    this.#places.delete(place);
    this.recording.inFlight--;
  }
}

/** The fewest successes that keep the failures of a trial below a rate. */
export function fewestSuccesses(calls: number, failureRate: number): number {
  let successes = 0;
  while ((calls - successes) / calls >= failureRate) successes++;
  return successes;
}
