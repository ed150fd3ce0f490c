import { type Duration, duration, flag, maybe, optional, options, that } from '../../core/index.js';

/** What the command itself can be told, besides the options of the server. */
export interface ServeOptions {
  /** How long requests in progress may take to end. @default '10s' */
  readonly shutdownTimeout?: Duration;
  /** A file of faults that are put in force at the start. @default none */
  readonly faults?: string;
  /** Whether to start anew when the code changes. @default false */
  readonly reload?: boolean;
}

/** Checks and completes `ServeOptions`. */
export const serveOptions = options<ServeOptions>()('serve', {
  shutdownTimeout: optional(duration({ max: 86_400_000 }), 10_000),
  faults: maybe(that<string>((value) => typeof value === 'string' && value !== '', 'must be the name of a file')),
  reload: optional(flag(), false),
});
