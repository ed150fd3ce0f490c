import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a server's process says first. */
export interface Greeting {
  readonly url: string;
}

/** What it says when it has done what it was told. */
export interface Answer<Report> {
  readonly report: Report;
  /** The longest that it stood still since it was last told something, in milliseconds. */
  readonly stall: number;
}

/** Lets this process serve the one that started it: it does what it is told, says when it has, and ends with the other. */
export function obey<Order, Report>(url: string, act: (order: Order) => Report | Promise<Report>): void {
  const delay = monitorEventLoopDelay();
  delay.enable();
  process.on('message', async (order: Order) => {
    const report = await act(order);
    process.send?.({ report, stall: delay.max / 1e6 } satisfies Answer<Report>);
    delay.reset();
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ url } satisfies Greeting);
}
