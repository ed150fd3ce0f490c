import type { SharedCall } from './shared-state.js';

/** Keeps circuits that several processes open and close together. */
export interface SharedCircuits {
  /** How a circuit stands. One that nobody has used, or that was forgotten, begins closed, with a version that it never had before. */
  read(key: string, kept: CircuitKeeping, call: SharedCall): Promise<SharedCircuit>;
  /**
   * Moves a circuit, if it is still of the version in which it was seen: of all who want to move it, from whichever process, one does. Each move makes a new
   * version, whose counts are zero. What has no `after` keeps its state until the next move.
   */
  move(key: string, version: string, to: CircuitMoveTo, kept: CircuitKeeping, call: SharedCall): Promise<MoveAnswer>;
  /**
   * Adds what calls came to that were let through in a version. Results of another version are dropped: they say nothing about the present one. Answers how it stands
   * now, this report included.
   */
  report(
    key: string,
    version: string,
    counts: CircuitCounts,
    kept: CircuitKeeping,
    call: SharedCall,
  ): Promise<SharedCircuit>;
}

/** How long a circuit is remembered; to be the same for all who use it. */
export interface CircuitKeeping {
  /** Counts are forgotten after this time, or up to a tenth of it sooner. Whole milliseconds. */
  readonly window: number;
  /** A circuit that nobody asks for is forgotten after this time, but not while what it waits for is ahead. Whole milliseconds, at least `window`. */
  readonly idle: number;
}

/** A circuit as it stands. */
export interface SharedCircuit {
  /** Text of at most 512 characters, another one after every move; equal or not is all that it tells. */
  readonly version: string;
  readonly is: SharedCircuitState;
  /** Milliseconds until it is time for the next move; 0 once it is, Infinity where nothing is waited for. */
  readonly left: number;
  /** How often it has opened without closing in between. */
  readonly openings: number;
  /** What calls of this version came to within the window. */
  readonly counts: CircuitCounts;
}

/** The states that processes share: what an operator forces stays with its process. */
export type SharedCircuitState = 'closed' | 'open' | 'half-open';

/** Where a circuit moves to. */
export interface CircuitMoveTo {
  readonly is: SharedCircuitState;
  /** Milliseconds after which it is time for the next move; nothing moves by itself. */
  readonly after?: number;
  readonly openings: number;
}

/** What came of a move: how the circuit stands now, whoever moved it. */
export interface MoveAnswer {
  readonly moved: boolean;
  readonly circuit: SharedCircuit;
}

/** What calls came to. */
export interface CircuitCounts {
  /** Successes and failures. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}
