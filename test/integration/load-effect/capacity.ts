/** What a server can do that can be overloaded: so many workers, each busy with a request for so many milliseconds. */
export const capacity = { workers: 8, serviceTime: 180 } as const;

/** How many requests wait for a worker, before others are refused: more than are answered while anybody is patient, or few. */
export const queueLimits = { long: 200, short: 20 } as const;

/** What such a server can answer in a second. */
export const answersPerSecond = (capacity.workers * 1000) / capacity.serviceTime;

/** A server that grants so many calls in each window of so many milliseconds. */
export const quota = { limit: 60, window: 1000 } as const;
