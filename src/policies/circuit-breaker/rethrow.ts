/** Told as a user's callback, it lets the event bus report what a function of the user threw: once for each place. */
export function rethrow(fault: unknown): never {
  throw fault;
}
