import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** Who takes the bytes of a body. */
export interface Sink {
  write(chunk: Buffer, controller: Dispatcher.DispatchController): void;
  end(): void;
  fail(error: Error): void;
}

/** A body that is read at its reader's pace. */
export class BodyStream extends Readable implements Sink {
  readonly #controller: Dispatcher.DispatchController;
  #complete = false;

  constructor(controller: Dispatcher.DispatchController) {
    super();
    this.#controller = controller;
  }

  override _read(): void {
    if (this.#controller.paused) this.#controller.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#complete) this.#controller.abort(error ?? new Error('the body is not read any more'));
    done(error);
  }

  write(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    if (!this.push(chunk)) controller.pause();
  }

  end(): void {
    this.#complete = true;
    this.push(null);
  }

  fail(error: Error): void {
    this.#complete = true;
    this.destroy(error);
  }
}
