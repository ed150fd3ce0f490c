/**
 * Starts a watch that tells milliseconds of processor time, all threads together: those of the garbage collector's helpers
 * count, those that a busy neighbour takes away do not.
 */
export function startWatch(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
}
