/** What a command may know of the process that it runs in. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints results. */
  out(text: string): void;
  /** Prints what is wrong, and help where it was not asked for. */
  err(text: string): void;
}
