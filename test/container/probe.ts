import { Retry, type Runtime } from 'holdfast';

/** A service with one protected method. */
export class Probe {
  @Retry()
  async call(): Promise<string> {
    return 'answer';
  }
}

/** Calls a service, and tells which of these runtimes heard of the call. */
export async function runtimesOf(service: Probe, runtimes: Record<string, Runtime>): Promise<string[]> {
  const heard: string[] = [];
  const stops = Object.entries(runtimes).map(([name, { events }]) => {
    return events.on('call.succeeded', () => heard.push(name));
  });
  await service.call();
  for (const stop of stops) stop();
  return heard;
}
