import { tooLarge } from './stream-format.js';

/** Makes text of bytes, and hands it on by whole lines. */
export class WholeLines {
  readonly #decoder = new TextDecoder();
  readonly #max: number;
  #begun: string[] = [];
  #length = 0;

  /** Throws for a line of more than so many characters. */
  constructor(max: number) {
    this.#max = max;
  }

  /** All lines that are complete with these bytes; an empty text where none is. */
  take(bytes: Buffer): string {
    const text = this.#decoder.decode(bytes, { stream: true });
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    const lines = end === 0 ? '' : [...this.#begun, text.slice(0, end)].join('');
    if (end > 0) this.#begun = [];
    const rest = text.slice(end);
    this.#length = end > 0 ? rest.length : this.#length + rest.length;
    if (this.#length > this.#max) throw tooLarge();
    this.#begun.push(rest);
    return lines;
  }
}
