/** What is asked of a logger; winston's fits, and so does whatever has its shape. */
export interface Logger {
  /** The least severe level that it writes, unless one of its transports says otherwise. */
  readonly level: string;
  /** All levels it knows, where it tells them. */
  readonly levels?: Readonly<Record<string, number>>;
  isLevelEnabled(level: string): boolean;
  log(entry: LogEntry): unknown;
}

/** One line: level and message, and beside them the facts. */
export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly [fact: string]: unknown;
}
