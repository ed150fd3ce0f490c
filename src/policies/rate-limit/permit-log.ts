/**
 * What was taken and when, oldest first: a ring that doubles when it is full. The entries are numbered in the order in which they came.
 *
 * Times and weights stand side by side in one array of plain numbers, which the engine keeps unboxed: no object per entry, and for the few entries
 * that most keys have it takes less than half of the memory of a typed array.
 */
export class PermitLog {
  #cells: number[] = emptyCells(4);
  #oldest = 0;
  /** The number of the oldest entry. */
  first = 0;
  size = 0;
  /** The sum of all weights. */
  weight = 0;

  /** The number of the newest entry. */
  get last(): number {
    return this.first + this.size - 1;
  }

  timeOf(entry: number): number {
    return this.#cells[this.#cellOf(entry)] as number;
  }

  weightOf(entry: number): number {
    return this.#cells[this.#cellOf(entry) + 1] as number;
  }

  push(time: number, weight: number): void {
    if (2 * this.size === this.#cells.length) this.#grow();
    this.size++;
    this.#write(this.last, time, weight);
    this.weight += weight;
  }

  /** Adds to the newest entry, and moves it to that time. */
  extend(time: number, weight: number): void {
    this.#write(this.last, time, this.weightOf(this.last) + weight);
    this.weight += weight;
  }

  /** Takes weight out of an entry, as far as it has it. */
  lighten(entry: number, weight: number): void {
    const taken = Math.min(weight, this.weightOf(entry));
    this.#write(entry, this.timeOf(entry), this.weightOf(entry) - taken);
    this.weight -= taken;
  }

  /** Forgets the oldest entry. */
  shift(): void {
    this.weight -= this.weightOf(this.first);
    this.#oldest = (this.#oldest + 2) % this.#cells.length;
    this.first++;
    this.size--;
    if (this.#oldest === 0) this.weight = this.#sum(); // what fractions lost on the way does not add up over the rounds
  }

  copy(): PermitLog {
    const copy = new PermitLog();
    copy.#cells = [...this.#cells];
    copy.#oldest = this.#oldest;
    copy.first = this.first;
    copy.size = this.size;
    copy.weight = this.weight;
    return copy;
  }

  #cellOf(entry: number): number {
    return (this.#oldest + 2 * (entry - this.first)) % this.#cells.length;
  }

  #write(entry: number, time: number, weight: number): void {
    const cell = this.#cellOf(entry);
    this.#cells[cell] = time;
    this.#cells[cell + 1] = weight;
  }

  #grow(): void {
    const { length } = this.#cells;
    const cells = emptyCells(length); // twice as many entries as there were cells for
    for (let i = 0; i < length; i++) cells[i] = this.#cells[(this.#oldest + i) % length] as number;
    this.#cells = cells;
    this.#oldest = 0;
  }

  #sum(): number {
    let sum = 0;
    for (let entry = this.first; entry <= this.last; entry++) sum += this.weightOf(entry);
    return sum;
  }
}

/** Room for so many entries. */
function emptyCells(entries: number): number[] {
  return new Array<number>(2 * entries).fill(0);
}
