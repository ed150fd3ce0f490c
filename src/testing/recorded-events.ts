import type { EventName, Events } from '../core/index.js';
import type { Runtime } from '../runtime/index.js';

/** One fact that was told. */
export interface RecordedEvent<Name extends EventName = EventName> {
  readonly name: Name;
  readonly event: Events[Name];
}

/** All facts that a runtime tells, in order. */
export class RecordedEvents {
  readonly all: RecordedEvent[] = [];
  readonly #stop: () => void;

  constructor(runtime: Pick<Runtime, 'events'>) {
    this.#stop = runtime.events.on('*', (name, event) => this.all.push({ name, event }));
  }

  /** The names, in order. */
  get names(): EventName[] {
    return this.all.map(({ name }) => name);
  }

  /** The facts of one kind. */
  of<Name extends EventName>(name: Name): Events[Name][] {
    return this.all.filter((recorded) => recorded.name === name).map(({ event }) => event as Events[Name]);
  }

  /** Records no further. */
  stop(): void {
    this.#stop();
  }
}
