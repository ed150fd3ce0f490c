import { answersPerSecond, quota } from './capacity.js';

const callsGranted = (quota.limit * 1000) / quota.window;

/** How the load goes: calls per second, and for how many milliseconds. What comes of the last calls is not looked at: those after them are gone. */
export interface Course {
  /** What the server can answer in a second. */
  readonly capacity: number;
  readonly before: { readonly pace: number; readonly lasts: number };
  readonly pace: number;
  readonly onset: number;
  readonly standing: number;
  readonly after: number;
}

/** An overload has an onset, in which what is too much can still wait somewhere, and then it stands. */
export const courses = {
  overload: {
    capacity: answersPerSecond,
    before: { pace: 0.6 * answersPerSecond, lasts: 700 },
    ...{ pace: 1.6 * answersPerSecond, onset: 3000, standing: 4000, after: 1500 },
  },
  quota: {
    capacity: callsGranted,
    before: { pace: 0, lasts: 0 },
    ...{ pace: callsGranted / 0.6, onset: 2000, standing: 4000, after: 1600 },
  },
} as const satisfies Record<string, Course>;
