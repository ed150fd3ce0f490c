declare module '../../core/events.js' {
  interface Events {
    /** A copy of a call is sent off beside it, or after one that failed. It may still be refused on its way to the method. */
    'hedge.started': {
      readonly site: string;
      /** The attempt that it is a copy of. */
      readonly attempt: number;
      /** Which of the attempt's hedges it is, from 1. */
      readonly hedge: number;
      /** Milliseconds since the first copy started. */
      readonly after: number;
      /** What the copy before failed with, where that is why. */
      readonly error?: unknown;
    };
    /** A hedge gave the answer; `elapsed` is in milliseconds since the first copy started. */
    'hedge.won': { readonly site: string; readonly hedge: number; readonly elapsed: number };
  }
}
