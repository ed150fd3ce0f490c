/** A call under measurement: it answers 42, sooner or later. */
export type Call = () => Promise<number>;

/** Who stands beside whom: hand-written code, another library, or Holdfast. */
export type Role = 'limit' | 'peer' | 'ours';

/** Someone who can protect a call in the way that a question asks for. */
export interface Subject {
  readonly name: string;
  readonly role: Role;
  /** Wraps `fn`; `setting` is the one number in which proof and measurement differ. */
  protect(fn: Call, setting: number): Call;
}

/** How a measured call ends: with 42, with a rejection, or with 42 as one of a hundred at once. */
export type Ending = 'value' | 'refusal' | 'hundred';

/** One question of the benchmark, and all that is needed to answer it. */
export interface Question {
  /** The short name: that of its aims and of `--only`. */
  readonly id: string;
  readonly asks: string;
  readonly subjects: readonly Subject[];
  /** Shows that a subject really does what it is measured for; throws where it does not. */
  prove(protect: (fn: Call) => Call): Promise<void>;
  /** The setting of the measured call. @default 0 */
  readonly measured?: number;
  /** The setting that `prove` works with. @default 0 */
  readonly proved?: number;
  /**
   * Milliseconds of a timer that is under way all the time, as those of other calls are in a service. Node drops its list
   * of such timers with the last of them: a call that was always alone would pay for a new list each time.
   */
  readonly company?: number;
  /** @default 'value' */
  readonly ending?: Ending;
  /** Makes the protected function of the measured call. @default answers 42 */
  readonly makes?: () => Call;
  /** Brings the call into the state that is measured, such as an open circuit. */
  prepare?(call: Call): Promise<void>;
}

/** Sets the timer that keeps the others company; it does not keep the process. */
export function keepCompany({ company }: Question): void {
  if (company !== undefined) setInterval(() => {}, company).unref();
}

/** The function that everyone protects, and, awaited bare, what everyone is compared with. */
export const answer: Call = async () => 42;

/** The leanest correct code that one would write by hand for this policy alone. */
export function limit(protect: Subject['protect'], name = 'limit'): Subject {
  return { name, role: 'limit', protect };
}

/** Another library, tuned as its documentation allows. */
export function peer(name: string, protect: Subject['protect']): Subject {
  return { name, role: 'peer', protect };
}

/** A decorated method of a class that an inversify container resolved, all included. */
export function holdfast(protect: Subject['protect']): Subject {
  return { name: 'holdfast', role: 'ours', protect };
}
