/** Every fact that Holdfast tells, by name; each policy adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: an open interface, filled beside each policy
export interface Events {}

/** The name of a fact, `subject.pastParticiple`. */
export type EventName = keyof Events & string;

/** Hears one kind of fact; it can neither change nor break a call. */
export type EventListener<Name extends EventName> = (event: Events[Name]) => void;

/** Hears every fact, with its name. */
export type AnyListener = (name: EventName, event: Events[EventName]) => void;

/** One kind of fact, held by whoever tells it: ask `heard` before making the event. */
export interface Channel<Event> {
  readonly heard: boolean;
  emit(event: Event): void;
}

/** Carries facts from those who decide to those who watch. */
export class EventBus {
  readonly #channels = new Map<string, BusChannel>();
  readonly #callbacks = new Map<string, BusChannel>();
  readonly #interests = new Map<string, Interest>();
  readonly #everyone = new Set<AnyListener>();
  readonly #report: (error: unknown, name: string) => void;

  /** `report` is told of a listener that threw: once per listener. */
  constructor(report: (error: unknown, name: string) => void = warn) {
    this.#report = report;
  }

  /** Listens to one kind of fact, or to all with `'*'`; returns the function that stops listening. */
  on(name: '*', listener: AnyListener): () => void;
  on<Name extends EventName>(name: Name, listener: EventListener<Name>): () => void;
  on(name: string, listener: (...args: never[]) => void): () => void {
    const listeners = name === '*' ? this.#everyone : this.#channel(name).listeners;
    const own = listener.bind(undefined) as Listener; // the same function may listen twice, and stop once
    (listeners as Set<Listener>).add(own);
    this.#refresh();
    return () => {
      (listeners as Set<Listener>).delete(own);
      this.#refresh();
    };
  }

  /** Tells a fact; free of cost when nobody listens. */
  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    const channel = this.#channels.get(name);
    if (channel) channel.emit(event);
    else if (this.#everyone.size > 0) this.#channel(name).emit(event);
  }

  /** Calls a user's own callback, which can break a call no more than a listener can. */
  tell<Event>(callback: (event: Event) => void, event: Event, name: string): void {
    this.#callbacks.set(name, this.#callbacks.get(name) ?? new BusChannel(name, noListeners, this.#report));
    this.#callbacks.get(name)?.tell(callback as Listener, [event]);
  }

  /** Reports what a function of the user threw where that decided nothing: once per name. */
  blame(fault: unknown, name: string): void {
    this.tell(rethrow, fault, name);
  }

  /** Whether anyone listens to any of these facts, in one field: fetched once and asked per call. */
  interest<Name extends EventName>(...names: readonly Name[]): { readonly heard: boolean } {
    const key = names.join();
    const interest = this.#interests.get(key) ?? new Interest(names.map((name) => this.#channel(name)));
    this.#interests.set(key, interest);
    return interest;
  }

  /** The channel of one kind of fact, to be fetched once and asked per call. */
  channel<Name extends EventName>(name: Name): Channel<Events[Name]> {
    return this.#channel(name);
  }

  #channel(name: string): BusChannel {
    const known = this.#channels.get(name);
    if (known) return known;
    const channel = new BusChannel(name, this.#everyone, this.#report);
    this.#channels.set(name, channel);
    return channel;
  }

  #refresh(): void {
    for (const channel of this.#channels.values()) channel.refresh();
    for (const interest of this.#interests.values()) interest.refresh();
  }
}

type Listener = (...args: unknown[]) => unknown;

const noListeners: Set<AnyListener> = new Set();

class Interest {
  heard = false;
  readonly #channels: readonly BusChannel[];

  constructor(channels: readonly BusChannel[]) {
    this.#channels = channels;
    this.refresh();
  }

  refresh(): void {
    this.heard = this.#channels.some(({ heard }) => heard);
  }
}

class BusChannel implements Channel<unknown> {
  heard = false;
  readonly listeners = new Set<Listener>();
  readonly #name: string;
  readonly #everyone: Set<AnyListener>;
  readonly #report: (error: unknown, name: string) => void;
  readonly #faulty = new WeakSet<object>();

  constructor(name: string, everyone: Set<AnyListener>, report: (error: unknown, name: string) => void) {
    this.#name = name;
    this.#everyone = everyone;
    this.#report = report;
    this.refresh();
  }

  refresh(): void {
    this.heard = this.listeners.size > 0 || this.#everyone.size > 0;
  }

  emit(event: unknown): void {
    if (!this.heard) return;
    for (const listener of this.listeners) this.tell(listener, [event]);
    for (const listener of this.#everyone) this.tell(listener as Listener, [this.#name, event]);
  }

  tell(listener: Listener, args: unknown[]): void {
    try {
      const answer = listener(...args);
      if (answer instanceof Promise) answer.catch((error) => this.#blame(listener, error));
    } catch (error) {
      this.#blame(listener, error);
    }
  }

  #blame(listener: Listener, error: unknown): void {
    if (this.#faulty.has(listener)) return;
    this.#faulty.add(listener);
    this.#report(error, this.#name);
  }
}

function rethrow(fault: unknown): never {
  throw fault;
}

function warn(error: unknown, name: string): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A listener of '${name}' threw; its next errors are not reported: ${reason}`, 'HoldfastWarning');
}
