const settled = Promise.resolve();

/** Rejects in the next microtask: half the price, as somebody then listens already. */
export function rejectSoon(error: unknown): Promise<never> {
  return new Promise((_resolve, reject) => {
    settled.then(() => reject(error));
  });
}
