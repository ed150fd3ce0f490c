/** A project may name its files as the kit does. */
export function ticks(): NodeJS.Timeout {
  return setInterval(() => undefined, 1e6);
}
