import { type Alarm, type Home, precedes } from './alarm.js';

/** Alarms of all other durations: a binary heap, the next one due on top. */
export class Heap implements Home {
  readonly #heap: Alarm[] = [];

  get first(): Alarm | undefined {
    return this.#heap[0];
  }

  all(): readonly Alarm[] {
    return this.#heap;
  }

  add(alarm: Alarm): void {
    alarm.home = this;
    this.#rise(alarm, this.#heap.length);
  }

  remove(alarm: Alarm): void {
    const last = this.#heap.pop() as Alarm;
    if (last === alarm) return;
    this.#rise(last, alarm.index);
    this.#sink(last, last.index);
  }

  #rise(alarm: Alarm, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = this.#heap[(index - 1) >> 1] as Alarm;
      if (!precedes(alarm, parent)) break;
      this.#place(parent, index);
      index = (index - 1) >> 1;
    }
    this.#place(alarm, index);
  }

  #sink(alarm: Alarm, from: number): void {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child + 1 < this.#heap.length && precedes(this.#alarm(child + 1), this.#alarm(child))) child++;
      if (child >= this.#heap.length || !precedes(this.#alarm(child), alarm)) break;
      this.#place(this.#alarm(child), index);
      index = child;
    }
    this.#place(alarm, index);
  }

  #alarm(index: number): Alarm {
    return this.#heap[index] as Alarm;
  }

  #place(alarm: Alarm, index: number): void {
    this.#heap[index] = alarm;
    alarm.index = index;
  }
}
