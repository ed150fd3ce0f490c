export type { LoggedEvent, Severity } from './line.js';
export type { LogEntry, Logger } from './logger.js';
export { redactSecrets } from './redact-secrets.js';
export { winstonLogs } from './winston-logs.js';
export type { WinstonLogsOptions } from './winston-options.js';
