import type { FaultServerLogger, LogFormat, LogLevel } from './log-options.js';

const levels = { error: 0, warn: 1, info: 2, debug: 3 } as const;

/** Makes the logger that a fault server makes itself when it is given a level: it writes to stderr, by winston, which is loaded only now. */
export async function stderrLogger(level: Exclude<LogLevel, 'silent'>, format: LogFormat): Promise<FaultServerLogger> {
  const { createLogger, format: formats, transports } = await import('winston');
  const form = format === 'json' ? formats.json() : formats.printf(textOf);
  return createLogger({
    level,
    levels,
    format: formats.combine(formats.timestamp(), form),
    transports: [new transports.Console({ stderrLevels: Object.keys(levels) })],
  });
}

function textOf(line: Readonly<Record<string, unknown>>): string {
  const { timestamp, level, message, faults, requestId, error } = line;
  const { stack } = (error ?? {}) as { readonly stack?: string };
  const beside = [
    ...(Array.isArray(faults) && faults.length > 0 ? [`faults=${faults.join()}`] : []),
    ...(requestId === undefined ? [] : [`id=${JSON.stringify(requestId)}`]),
  ];
  const head = [timestamp, String(level).toUpperCase().padEnd(5), message, ...beside].join(' ');
  return stack === undefined ? head : `${head}\n${stack}`;
}
