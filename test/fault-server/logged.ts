import type { FaultServerLogger, LogLine } from '../../src/fault-server/index.js';

/** A logger that keeps the lines it is given, from a level on. */
export class KeptLog implements FaultServerLogger {
  readonly lines: LogLine[] = [];
  readonly #levels: readonly string[];

  constructor(...levels: readonly string[]) {
    this.#levels = levels.length === 0 ? ['error', 'warn', 'info', 'debug'] : levels;
  }

  isLevelEnabled(level: string): boolean {
    return this.#levels.includes(level);
  }

  log(line: LogLine): void {
    this.lines.push(line);
  }

  get texts(): readonly string[] {
    return this.lines.map(({ level, message }) => `${level}: ${message.replace(/[\d.]+ ms$/, '… ms')}`);
  }
}
